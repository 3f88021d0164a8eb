/** Reads an import's file into its preview: what would come of each line, and who is missing. Nothing else changes. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { UnreadableCsv } from "#kernel/csv-file.ts";
import { inChunks } from "#kernel/csv-table.ts";
import { dropLines } from "#kernel/drop-rows.ts";
import type { Step } from "#kernel/step.ts";
import { type Base, decide, type Present, readRow } from "./import-decisions.ts";
import { type FileRow, openPeopleFile } from "./import-file.ts";
import { readImportType } from "./import-jobs.ts";
import { importRowsMax } from "./import-limits.ts";
import { holderOfImport, rolesOfText } from "./imports.ts";
import { withRoles } from "./people.ts";
import { type IdentityTables, job, type PeopleImportRowsTable } from "./tables.ts";

/** Lines that are compared and written at once. */
const chunkMax = 250;

type Db = Kysely<IdentityTables>;
type NewRow = Omit<PeopleImportRowsTable, "import_id" | "position">;

/** Begins anew when it was broken off: reading changes nothing that anybody else sees. */
export const readPeopleImport = job({
  name: readImportType.name,
  summary: "Reads a file of people and compares it with the school.",
  inputSchema: z.strictObject({ importId: z.string() }),
  leaseMs: 15 * 60_000,
  async run({ input: { importId }, read, write, services }) {
    const row = await read((db) =>
      db.selectFrom("people_imports").selectAll().where("id", "=", importId).executeTakeFirst(),
    );
    if (row?.state !== "reading") return {};
    while (await write(({ tx }) => dropRows(tx, importId)));
    const { sha256 } = row;
    let position = 0;
    const add = async (rows: readonly NewRow[]) => {
      if (rows.length === 0) return;
      const placed = rows.map((each) => ({ ...each, import_id: importId, position: position++ }));
      await write(({ tx }) => insertRows(tx, importId, placed));
    };
    try {
      const file = await openPeopleFile(() => services.blobs.open(sha256));
      const lineByEmail = new Map<string, number>();
      for await (const chunk of inChunks(file.rows, chunkMax)) {
        if (position + chunk.length > importRowsMax)
          throw new UnreadableCsv(`The file has more than ${importRowsMax} lines. Split it.`);
        await add(await read((db) => compare(db, chunk, lineByEmail)));
      }
      if (row.deactivate_missing === 1) {
        let after: string | null = "";
        while (after !== null) {
          const found: Missing = await read((db) => missing(db, importId, after ?? ""));
          await add(found.rows);
          after = found.after;
        }
      }
      await write((step) => finishReading(step, row, file.ignoredColumns));
    } catch (error) {
      if (!(error instanceof UnreadableCsv)) throw error;
      await write((step) => endReading(step, { ...row, problem: error.message.slice(0, 500) }));
    }
    return {};
  },
});

/** What comes of these lines. `lineByEmail` remembers where an address, or a person's id, stood first. */
async function compare(
  db: Db,
  rows: readonly FileRow[],
  lineByEmail: Map<string, number>,
): Promise<NewRow[]> {
  const read = rows.map((row) => ({ row, meaning: readRow(row) }));
  const emails = read.flatMap(({ meaning }) => ("wanted" in meaning ? [meaning.wanted.email] : []));
  const here = emails.length === 0 ? new Map<string, Known>() : await knownByEmail(db, emails);
  return read.map(({ row, meaning }) => {
    const blank = { line: row.line, person_id: null, person_version: null, skipped: null };
    const invalid = (reason: string): NewRow => ({
      ...blank,
      ...{
        outcome: "invalid",
        name: row.name.slice(0, 200),
        email: row.email.slice(0, 254),
        roles: "",
        reason,
      },
      ...{ said_name: "", said_roles: "" },
    });
    if ("problem" in meaning) return invalid(meaning.problem);
    const { wanted } = meaning;
    const earlier = lineByEmail.get(wanted.email);
    if (earlier !== undefined) return invalid(`This address stands in line ${earlier} already.`);
    lineByEmail.set(wanted.email, row.line);
    const known = here.get(wanted.email) ?? null;
    if (known !== null) {
      const same = lineByEmail.get(known.id);
      if (same !== undefined) return invalid(`Line ${same} is about the same person, by another address.`);
      lineByEmail.set(known.id, row.line);
    }
    const { outcome, name, roles, reason } = decide(wanted, known?.present ?? null, known?.base ?? null);
    return {
      ...blank,
      ...{ outcome, name, email: wanted.email, roles: roles.join(" "), reason },
      ...{ said_name: wanted.name, said_roles: (wanted.roles ?? roles).join(" ") },
      person_id: known?.id ?? null,
      person_version: known?.version ?? null,
    };
  });
}

interface Known {
  readonly id: string;
  readonly version: number;
  readonly present: Present;
  readonly base: Base | null;
}

async function knownByEmail(db: Db, emails: readonly string[]): Promise<ReadonlyMap<string, Known>> {
  const found = await db.selectFrom("people").selectAll().where("email", "in", emails).execute();
  if (found.length === 0) return new Map();
  const keptIds = found.flatMap(({ merged_into }) => merged_into ?? []);
  const kept =
    keptIds.length === 0
      ? []
      : await db.selectFrom("people").selectAll().where("id", "in", keptIds).execute();
  // The address of a merged account names the kept one.
  const named = found.map(({ email, ...row }) => ({
    email,
    row: kept.find(({ id }) => id === row.merged_into) ?? { ...row, email },
  }));
  const rows = named.map(({ row }) => row);
  const people = await withRoles(db, rows);
  const ids = rows.map(({ id }) => id);
  const bases = await db.selectFrom("people_roster").selectAll().where("person_id", "in", ids).execute();
  const baseById = new Map(bases.map((base) => [base.person_id, base]));
  return new Map(
    named.map(({ email, row }, index) => {
      const base = baseById.get(row.id);
      const present = {
        ...{ name: row.name, roles: people[index]?.roles ?? [], active: row.active === 1 },
      };
      return [
        email,
        {
          ...{ id: row.id, version: row.version, present },
          base:
            base === undefined
              ? null
              : { name: base.name, roles: rolesOfText(base.roles), deactivated: base.deactivated === 1 },
        },
      ];
    }),
  );
}

interface Missing {
  readonly rows: NewRow[];
  readonly after: string | null;
}

/** Those whom an import brought or confirmed, who are active, no admins, and not in this file. */
async function missing(db: Db, importId: string, after: string): Promise<Missing> {
  const found = await db
    .selectFrom("people_roster")
    .innerJoin("people", "people.id", "people_roster.person_id")
    .selectAll("people")
    .where("people.active", "=", 1)
    .where("people_roster.person_id", ">", after)
    .where((each) =>
      each.not(
        each.exists(
          each
            .selectFrom("people_import_rows")
            .select("people_import_rows.position")
            .where("people_import_rows.import_id", "=", importId)
            .whereRef("people_import_rows.person_id", "=", "people_roster.person_id"),
        ),
      ),
    )
    .orderBy("people_roster.person_id")
    .limit(chunkMax)
    .execute();
  const people = await withRoles(db, found);
  const rows = found.flatMap((row, index): NewRow[] => {
    const roles = people[index]?.roles ?? [];
    const isAdmin = roles.includes("admin");
    return [
      {
        ...{ line: null, person_id: row.id, person_version: row.version, skipped: null },
        ...{ name: row.name, email: row.email, roles: roles.join(" "), said_name: "", said_roles: "" },
        outcome: isAdmin ? "kept" : "deactivate",
        reason: isAdmin ? "Not in the file, but an import shuts no admin's account." : "Not in the file.",
      },
    ];
  });
  return { rows, after: found.length < chunkMax ? null : (found.at(-1)?.id ?? null) };
}

async function insertRows(tx: Db, importId: string, rows: readonly PeopleImportRowsTable[]): Promise<void> {
  await tx.insertInto("people_import_rows").values(rows).execute();
  const of = (outcome: PeopleImportRowsTable["outcome"]) =>
    rows.filter((row) => row.outcome === outcome).length;
  await tx
    .updateTable("people_imports")
    .set((each) => ({
      rows_read: each("rows_read", "+", rows.filter(({ line }) => line !== null).length),
      adds: each("adds", "+", of("add")),
      changes: each("changes", "+", of("change")),
      same: each("same", "+", of("same")),
      kept: each("kept", "+", of("kept")),
      deactivations: each("deactivations", "+", of("deactivate")),
      invalid: each("invalid", "+", of("invalid")),
    }))
    .where("id", "=", importId)
    .execute();
}

/** Deletes the next lines of an import, and what was counted in them; whether there is more. */
export async function dropRows(tx: Db, importId: string): Promise<boolean> {
  const none = { rows_read: 0, adds: 0, changes: 0, same: 0, kept: 0, deactivations: 0, invalid: 0 };
  await tx.updateTable("people_imports").set(none).where("id", "=", importId).execute();
  return dropLines(tx, "people_import_rows", importId);
}

type ImportRow = IdentityTables["people_imports"];

async function finishReading(step: Step<IdentityTables>, row: ImportRow, ignored: readonly string[]) {
  const { tx } = step;
  const active = await tx
    .selectFrom("people")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("active", "=", 1)
    .executeTakeFirstOrThrow();
  await endReading(step, {
    ...row,
    ignored_columns: JSON.stringify(ignored),
    active_people: Number(active.count),
  });
}

/** What was said in the file is in the rows now, or of no use: the file itself may go. */
async function endReading({ tx, blobs }: Step<IdentityTables>, row: ImportRow): Promise<void> {
  const { problem, ignored_columns, active_people, id } = row;
  await tx
    .updateTable("people_imports")
    .set({ state: problem === null ? "ready" : "failed", problem, ignored_columns, active_people })
    .where("id", "=", id)
    .where("state", "=", "reading")
    .execute();
  await blobs.release(row.sha256, holderOfImport(id));
}
