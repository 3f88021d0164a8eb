/** Whom work and extensions concern, for those who tell people of them. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { membersOfGroup } from "#slices/courses/api.ts";
import type { AssignmentsTables } from "./tables.ts";

/** For whom this attempt counts: the student, or everybody who was in the group when it came in. */
export async function peopleOfAttempt(
  database: Database,
  { submissionId, attempt }: { readonly submissionId: string; readonly attempt: number },
): Promise<readonly string[]> {
  const db = tablesOf<AssignmentsTables>(database);
  const members = await db
    .selectFrom("submission_members")
    .select("student_id")
    .where("submission_id", "=", submissionId)
    .where("attempt", "=", attempt)
    .execute();
  if (members.length > 0) return members.map((row) => row.student_id);
  const work = await db
    .selectFrom("submissions")
    .select("student_id")
    .where("id", "=", submissionId)
    .executeTakeFirst();
  return work === undefined ? [] : [work.student_id];
}

/** Who was given the extension: the student, or the group's members at present; nobody once it was taken back. */
export async function peopleOfExtension(database: Database, extensionId: string): Promise<readonly string[]> {
  const row = await tablesOf<AssignmentsTables>(database)
    .selectFrom("assignment_extensions")
    .innerJoin("assignments", "assignments.id", "assignment_extensions.assignment_id")
    .select(["owner_key as ownerKey", "group_set_id as groupSetId", "published"])
    .where("assignment_extensions.id", "=", extensionId)
    .executeTakeFirst();
  // Of a draft nobody is told before it is published; the date stands beside it then.
  if (row === undefined || row.published === 0) return [];
  return row.groupSetId === null ? [row.ownerKey] : membersOfGroup(database, row.ownerKey);
}

/** The assignment that each of these submissions is for, by the submission's id. */
export async function assignmentsOfSubmissions(
  database: Database,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (submissionIds.length === 0) return new Map();
  const rows = await tablesOf<AssignmentsTables>(database)
    .selectFrom("submissions")
    .select(["id", "assignment_id"])
    .where("id", "in", submissionIds)
    .execute();
  return new Map(rows.map((row) => [row.id, row.assignment_id]));
}
