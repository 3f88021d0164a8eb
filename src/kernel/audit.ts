/**
 * The audit trail: one row for each command that was let in, denied ones too: who, what, when, from where, and what
 * came of it. It joins the command's transaction, so there is no effect without its row and no row without its effect.
 */
import type { Database, Migration } from "#engines/store/port.ts";
import { tablesOf } from "#engines/store/port.ts";
import type { Origin } from "./operation.ts";
import { cutPage, decodeCursor } from "./paging.ts";
import { type Parameter, prepared } from "./prepared.ts";

/** How long audit rows are kept before they are trimmed: two school years. */
export const auditRetentionMs = 730 * 24 * 3_600_000;
const agentLengthMax = 200;

export interface AuditEntriesTable {
  /** UUIDv7, so the primary key is also the order of time. */
  id: string;
  at: number;
  /** `person:<id>`, `system:<name>` or `anonymous`. */
  actor: string;
  operation: string;
  /** The ids that the input named, as JSON: `{"courseId":"…"}`. */
  subject: string;
  /** `done`, or the code of the refusal. */
  outcome: string;
  request_id: string;
  door: string;
  address: string | null;
  agent: string | null;
}

export interface AuditEntry {
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly operation: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly outcome: string;
  readonly requestId: string;
  readonly origin: Origin;
}

export const auditMigrations: readonly Migration[] = [
  {
    name: "kernel/0002-audit",
    up: (schema) => [
      schema
        .createTable("audit_entries")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("at", "integer", (column) => column.notNull())
        .addColumn("actor", "text", (column) => column.notNull())
        .addColumn("operation", "text", (column) => column.notNull())
        .addColumn("subject", "text", (column) => column.notNull())
        .addColumn("outcome", "text", (column) => column.notNull())
        .addColumn("request_id", "text", (column) => column.notNull())
        .addColumn("door", "text", (column) => column.notNull())
        .addColumn("address", "text")
        .addColumn("agent", "text"),
      schema.createIndex("audit_entries_by_actor").on("audit_entries").columns(["actor", "id"]),
    ],
  },
];

type Tables = { audit_entries: AuditEntriesTable };

const insert = prepared<Tables>()(
  (db, p: Parameter<{ [column in keyof AuditEntriesTable]: AuditEntriesTable[column] }>) =>
    db.insertInto("audit_entries").values({
      id: p("id"),
      at: p("at"),
      actor: p("actor"),
      operation: p("operation"),
      subject: p("subject"),
      outcome: p("outcome"),
      request_id: p("request_id"),
      door: p("door"),
      address: p("address"),
      agent: p("agent"),
    }),
);

/** Writes the row of one command. */
export async function audit(database: Database, entry: AuditEntry): Promise<void> {
  await insert(database, {
    id: entry.id,
    at: entry.at,
    actor: entry.actor,
    operation: entry.operation,
    subject: JSON.stringify(entry.subject),
    outcome: entry.outcome,
    request_id: entry.requestId,
    door: entry.origin.door,
    address: entry.origin.address,
    agent: entry.origin.agent?.slice(0, agentLengthMax) ?? null,
  });
}

const subjectIdsMax = 20;
const subjectIdLengthMax = 64;

/** The ids that an input names, at its top level and one below: what the audit row says the command was about. */
export function subjectOf(input: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = idsIn(input);
  for (const value of Object.values(input))
    if (value !== null && typeof value === "object" && !Array.isArray(value))
      named.push(...idsIn(value as Readonly<Record<string, unknown>>));
  return Object.fromEntries(named.slice(0, subjectIdsMax));
}

function idsIn(input: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(input).flatMap(([name, value]) =>
    name.endsWith("Id") && typeof value === "string" && value.length <= subjectIdLengthMax
      ? [[name, value] satisfies [string, string]]
      : [],
  );
}

/** A page of audit entries, the newest first; of one actor when `actor` is given. */
export async function auditPage(
  database: Database,
  query: {
    readonly actor?: string | undefined;
    readonly operation?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<{ items: AuditEntry[]; nextCursor: string | null }> {
  let select = tablesOf<Tables>(database).selectFrom("audit_entries").selectAll().orderBy("id", "desc");
  if (query.actor !== undefined) select = select.where("actor", "=", query.actor);
  if (query.operation !== undefined) select = select.where("operation", "=", query.operation);
  if (query.cursor !== undefined) {
    const [before] = decodeCursor(query.cursor, ["text"]);
    select = select.where("id", "<", before);
  }
  const rows = await select.limit(query.limit + 1).execute();
  return cutPage(rows, query.limit, (row) => [row.id], entryOf);
}

function entryOf(row: AuditEntriesTable): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    actor: row.actor,
    operation: row.operation,
    subject: JSON.parse(row.subject) as Record<string, string>,
    outcome: row.outcome,
    requestId: row.request_id,
    origin: { door: row.door as Origin["door"], address: row.address, agent: row.agent },
  };
}
