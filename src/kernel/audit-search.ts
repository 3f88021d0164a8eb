/** Looking into the audit trail: by who acted, what it was about, which command, when, by which door, with what outcome. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { AuditEntriesTable, AuditEntry, AuditTables } from "./audit.ts";
import type { Origin } from "./operation.ts";
import { cutPage, decodeCursor } from "./paging.ts";

export interface AuditFilter {
  /** `person:<id>`, `system:<name>` or `anonymous`. */
  readonly actor?: string | undefined;
  /** The id of a person or thing that the command was about. */
  readonly subjectId?: string | undefined;
  /** A command, `courses.createCourse`, or all of a slice, `courses`. */
  readonly operation?: string | undefined;
  /** Milliseconds UTC: from this moment on, and before that one. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly door?: Origin["door"] | undefined;
  /** `done`, `refused` for whatever was not, or the code of a refusal. */
  readonly outcome?: string | undefined;
}

export interface AuditPage extends AuditFilter {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A page of audit entries, the newest first. */
export async function auditPage(
  database: Database,
  page: AuditPage,
): Promise<{ items: AuditEntry[]; nextCursor: string | null }> {
  const rows = await matching(database, page);
  return cutPage(rows, page.limit, (row) => [row.id], entryOf);
}

function matching(database: Database, page: AuditPage): Promise<AuditEntriesTable[]> {
  const { actor, subjectId, operation, door, outcome } = page;
  const from = page.from === undefined ? "" : firstIdAt(page.from);
  const ends = [
    ...(page.until === undefined ? [] : [firstIdAt(page.until)]),
    ...(page.cursor === undefined ? [] : [decodeCursor(page.cursor, ["text"])[0]]),
  ];
  const before = ends.toSorted()[0];
  let select = tablesOf<AuditTables>(database)
    .selectFrom("audit_entries")
    .selectAll()
    .where("id", ">=", from)
    .orderBy("id", "desc");
  if (before !== undefined) select = select.where("id", "<", before);
  if (actor !== undefined) select = select.where("actor", "=", actor);
  if (operation?.includes(".")) select = select.where("operation", "=", operation);
  else if (operation !== undefined)
    // "/" comes right after ".": the names of one slice lie between.
    select = select.where("operation", ">", `${operation}.`).where("operation", "<", `${operation}/`);
  if (door !== undefined) select = select.where("door", "=", door);
  if (outcome === "refused") select = select.where("outcome", "<>", "done");
  else if (outcome !== undefined) select = select.where("outcome", "=", outcome);
  if (subjectId !== undefined)
    select = select.where("id", "in", (eb) => {
      const about = eb
        .selectFrom("audit_subjects")
        .select("entry_id")
        .where("subject_id", "=", subjectId)
        .where("entry_id", ">=", from);
      return before === undefined ? about : about.where("entry_id", "<", before);
    });
  return select.limit(page.limit + 1).execute();
}

/** What sorts before every id that was made at `at` or later: ids begin with their time. */
export function firstIdAt(at: number): string {
  const time = Math.max(0, at).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}`;
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
