/**
 * What the kernel itself keeps of a person: answers to commands, where they were given from, work that was queued, and
 * events. Their ids stay in the audit trail, and nowhere else.
 */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { AuditEntriesTable } from "./audit.ts";
import type { FeedTables } from "./feed-tables.ts";
import { erasedPersonId } from "./person-life.ts";
import { isBehind, isRow, type Key, keyOf, type Read } from "./person-rows.ts";
import type { Outcome, ReceiptsTable } from "./receipts.ts";

type Tables = FeedTables & { receipts: ReceiptsTable; audit_entries: AuditEntriesTable };

export interface Traces {
  /** Their account, and those that were merged into it. */
  readonly personIds: readonly string[];
  /** Their names and addresses: what an answer to somebody else may hold. */
  readonly words: readonly string[];
}

export interface TraceParts extends Traces {
  readonly read: Read;
  readonly write: (work: (database: Database) => Promise<void>) => Promise<void>;
}

/** Rows looked through, and changed, at once. */
const perLook = 1_000;
const perStep = 100;

/** What a retry hears when the answer that it asks for was about somebody who was erased: it is not done again. */
export const answerErased: Outcome = {
  refusal: {
    kind: "failed_precondition",
    code: "answer_erased",
    message: "This was done already. What came of it was about somebody whose data has been erased.",
    problems: [],
    retryAfterMs: null,
  },
};

/** Removes what the kernel's tables say of a person; gives how many rows it was. Harmless when it is run again. */
export async function eraseTraces(parts: TraceParts): Promise<number> {
  const { personIds } = parts;
  const named = [...personIds, ...parts.words.filter((word) => word !== "").map(inJson)];
  const names = (text: string | null) => text !== null && named.some((word) => text.includes(word));
  const actors = new Set(personIds.map((id) => `person:${id}`));
  const isTheirs = (row: AnyRow) => actors.has(String(row.actor));
  const erased = JSON.stringify(answerErased);
  const replaced = (text: string) =>
    personIds.reduce((rest, id) => rest.replaceAll(id, erasedPersonId), text);

  const receipts = await forEach(parts, {
    table: "receipts",
    key: ["actor", "operation", "key"],
    wanted: (row) => isTheirs(row) || names(String(row.outcome)),
    change: async (database, row, key) => {
      const db = tablesOf<Tables>(database);
      if (isTheirs(row)) await db.deleteFrom("receipts").where(isRow(keys.receipts, key)).execute();
      else
        await db.updateTable("receipts").set({ outcome: erased }).where(isRow(keys.receipts, key)).execute();
    },
  });
  const audited = await forEach(parts, {
    table: "audit_entries",
    key: ["id"],
    wanted: (row) => isTheirs(row) && (row.address !== null || row.agent !== null),
    change: async (database, _row, [id]) => {
      await tablesOf<Tables>(database)
        .updateTable("audit_entries")
        .set({ address: null, agent: null })
        .where("id", "=", String(id))
        .execute();
    },
  });
  const jobs = await forEach(parts, {
    table: "jobs",
    key: ["id"],
    wanted: (row) => [row.input, row.result, row.reason].some((text) => names(text as string | null)),
    change: async (database, row, [id]) => {
      await tablesOf<Tables>(database)
        .updateTable("jobs")
        .set({
          input: replaced(String(row.input)),
          result: row.result === null ? null : replaced(String(row.result)),
          reason: names(row.reason as string | null) ? null : (row.reason as string | null),
        })
        .where("id", "=", String(id))
        .execute();
    },
  });
  const events = await forEach(parts, {
    table: "feed_events",
    key: ["position"],
    wanted: (row) => personIds.some((id) => String(row.data).includes(id)),
    change: async (database, row, [position]) => {
      await tablesOf<Tables>(database)
        .updateTable("feed_events")
        .set({ data: replaced(String(row.data)) })
        .where("position", "=", Number(position))
        .execute();
    },
  });
  return receipts + audited + jobs + events;
}

const keys = { receipts: ["actor", "operation", "key"] } as const;

/** As the text stands inside a JSON string. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

type AnyRow = Record<string, unknown>;

/** Goes through a table along its key and changes the rows that are wanted, a few at a time. */
async function forEach(
  { read, write }: TraceParts,
  {
    table,
    key,
    wanted,
    change,
  }: {
    readonly table: keyof Tables;
    readonly key: readonly string[];
    readonly wanted: (row: AnyRow) => boolean;
    readonly change: (database: Database, row: AnyRow, key: Key) => Promise<void>;
  },
): Promise<number> {
  let changed = 0;
  let after: Key | null = null;
  for (;;) {
    const from: Key | null = after;
    const rows: AnyRow[] = await read((database) => {
      let select = tablesOf<Record<string, AnyRow>>(database).selectFrom(table).selectAll().limit(perLook);
      for (const column of key) select = select.orderBy(column);
      if (from !== null) select = select.where(isBehind(key, from));
      return select.execute();
    });
    const found = rows.filter(wanted);
    for (let start = 0; start < found.length; start += perStep)
      await write(async (database) => {
        for (const row of found.slice(start, start + perStep)) await change(database, row, keyOf(key, row));
      });
    changed += found.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < perLook) return changed;
    after = keyOf(key, last);
  }
}
