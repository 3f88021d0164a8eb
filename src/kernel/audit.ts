/**
 * The audit trail: one row for each command that was let in, denied ones too: who, what, when, from where, and what
 * came of it. It joins the command's transaction, so there is no effect without its row and no row without its effect.
 */
import type { Database, Migration } from "#engines/store/port.ts";
import type { NewEvent } from "./feed.ts";
import type { Origin } from "./operation.ts";
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
  /** What it was about, as JSON: `{"courseId":"…"}` (`subjectOf`). */
  subject: string;
  /** `done`, or the code of the refusal. */
  outcome: string;
  request_id: string;
  door: string;
  address: string | null;
  agent: string | null;
}

/** The ids in the subjects of entries, to find those about one person or thing by. */
export interface AuditSubjectsTable {
  subject_id: string;
  entry_id: string;
}

export interface AuditTables {
  audit_entries: AuditEntriesTable;
  audit_subjects: AuditSubjectsTable;
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
  {
    name: "kernel/0006-audit-search",
    up: (schema) => [
      schema
        .createTable("audit_subjects")
        .addColumn("subject_id", "text", (column) => column.notNull())
        .addColumn("entry_id", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("audit_subjects_key", ["subject_id", "entry_id"]),
      schema.createIndex("audit_subjects_by_entry").on("audit_subjects").column("entry_id"),
      schema.createIndex("audit_entries_by_operation").on("audit_entries").columns(["operation", "id"]),
      schema.createIndex("audit_entries_by_outcome").on("audit_entries").columns(["outcome", "id"]),
      schema.createIndex("audit_entries_by_door").on("audit_entries").columns(["door", "id"]),
    ],
  },
];

const insertSubject = prepared<AuditTables>()((db, p: Parameter<{ subject_id: string; entry_id: string }>) =>
  db.insertInto("audit_subjects").values({ subject_id: p("subject_id"), entry_id: p("entry_id") }),
);

const insert = prepared<AuditTables>()(
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
  for (const subjectId of new Set(Object.values(entry.subject)))
    await insertSubject(database, { subject_id: subjectId, entry_id: entry.id });
}

const subjectIdsMax = 20;
const subjectIdLengthMax = 64;

/**
 * What a command was about: the ids that its input names, at its top level and one below, and those in the events that it
 * left, which know whose work was graded and who was added. A name that stands already keeps its id.
 */
export function subjectOf(
  input: Readonly<Record<string, unknown>>,
  events: readonly NewEvent[] = [],
): Record<string, string> {
  const named = idsIn(input);
  for (const value of Object.values(input))
    if (value !== null && typeof value === "object" && !Array.isArray(value))
      named.push(...idsIn(value as Readonly<Record<string, unknown>>));
  for (const { data } of events) named.push(...idsIn(data));
  const subject: Record<string, string> = {};
  for (const [name, id] of named) if (Object.keys(subject).length < subjectIdsMax) subject[name] ??= id;
  return subject;
}

function idsIn(fields: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    name.endsWith("Id") && typeof value === "string" && value !== "" && value.length <= subjectIdLengthMax
      ? [[name, value] satisfies [string, string]]
      : [],
  );
}
