/** The dates that hold for a student or group, with what they were given for themselves. */
import type { Kysely } from "kysely";
import { type AssignmentDates, effectiveDates } from "./dates.ts";
import type { AssignmentExtensionsTable, AssignmentsTable, AssignmentsTables } from "./tables.ts";

export function datesOf(
  row: Pick<AssignmentsTable, "available_from" | "due_at" | "until_at" | "attempts_max">,
  extension: AssignmentExtensionsTable | undefined,
): AssignmentDates {
  const dates = {
    availableFrom: row.available_from,
    dueAt: row.due_at,
    untilAt: row.until_at,
    attemptsMax: row.attempts_max,
  };
  return effectiveDates(
    dates,
    extension === undefined
      ? null
      : {
          dueAt: extension.due_at,
          untilAt: extension.until_at,
          extraAttempts: extension.extra_attempts,
        },
  );
}

/** What this student or group was given for an assignment; undefined when nothing. */
export function extensionOf(
  db: Kysely<AssignmentsTables>,
  assignmentId: string,
  ownerKey: string,
): Promise<AssignmentExtensionsTable | undefined> {
  return db
    .selectFrom("assignment_extensions")
    .selectAll()
    .where("assignment_id", "=", assignmentId)
    .where("owner_key", "=", ownerKey)
    .executeTakeFirst();
}

/** The extensions of these owners in these assignments, by `extensionKey`. */
export async function extensionsOf(
  db: Kysely<AssignmentsTables>,
  assignmentIds: readonly string[],
  ownerKeys: readonly string[],
): Promise<ReadonlyMap<string, AssignmentExtensionsTable>> {
  if (assignmentIds.length === 0 || ownerKeys.length === 0) return new Map();
  const rows = await db
    .selectFrom("assignment_extensions")
    .selectAll()
    .where("assignment_id", "in", assignmentIds)
    .where("owner_key", "in", ownerKeys)
    .execute();
  return new Map(rows.map((row) => [extensionKey(row.assignment_id, row.owner_key), row]));
}

export function extensionKey(assignmentId: string, ownerKey: string): string {
  return `${assignmentId} ${ownerKey}`;
}
