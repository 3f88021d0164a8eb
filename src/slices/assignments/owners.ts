/** Whose work it is: a student's own, or that of the group that the student is in where groups hand in. */
import type { Kysely } from "kysely";
import type { AssignmentsTable, AssignmentsTables, SubmissionsTable } from "./tables.ts";

export interface Owner {
  /** What drafts and extensions are kept under: the student's id, or the group's. */
  readonly key: string;
  readonly groupId: string | null;
  /** Whom the work counts for. */
  readonly memberIds: readonly string[];
}

/** Whose work `personId` does on `assignment`. */
export async function ownerOf(
  _db: Kysely<AssignmentsTables>,
  _assignment: AssignmentsTable,
  personId: string,
): Promise<Owner> {
  return { key: personId, groupId: null, memberIds: [personId] };
}

/** The submission of this owner; undefined before anything was handed in. */
export async function submissionOf(
  db: Kysely<AssignmentsTables>,
  assignmentId: string,
  { key, groupId }: Owner,
): Promise<SubmissionsTable | undefined> {
  const select = db.selectFrom("submissions").selectAll().where("assignment_id", "=", assignmentId);
  return groupId === null
    ? select.where("student_id", "=", key).where("group_id", "is", null).executeTakeFirst()
    : select.where("group_id", "=", groupId).executeTakeFirst();
}
