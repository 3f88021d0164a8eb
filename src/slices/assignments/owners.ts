/** Whose work it is: a student's own, or that of the group that the student is in where groups hand in. */
import type { Kysely } from "kysely";
import { groupIn, membersOfGroup } from "#slices/courses/api.ts";
import type { AssignmentsTable, AssignmentsTables, SubmissionsTable } from "./tables.ts";

export interface Owner {
  /** What drafts and extensions are kept under: the student's id, or the group's. */
  readonly key: string;
  readonly groupId: string | null;
  /** Whom the work counts for. */
  readonly memberIds: readonly string[];
  /** Groups hand in, and this student is in none: there is nobody's work to do. */
  readonly lacksGroup: boolean;
}

/** Whose work `personId` does on `assignment`. */
export async function ownerOf(
  db: Kysely<AssignmentsTables>,
  { group_set_id }: Pick<AssignmentsTable, "group_set_id">,
  personId: string,
): Promise<Owner> {
  const alone = { key: personId, groupId: null, memberIds: [personId] };
  if (group_set_id === null) return { ...alone, lacksGroup: false };
  const group = await groupIn(db, group_set_id, personId);
  if (group === null) return { ...alone, lacksGroup: true };
  const { groupId } = group;
  const memberIds = await membersOfGroup(db, groupId);
  return { key: groupId, groupId, memberIds, lacksGroup: false };
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

/**
 * The work that counts for `personId`: the owner's, or else that of a group which they were in when it was handed in
 * and are in no longer.
 */
export async function workThatCounts(
  db: Kysely<AssignmentsTables>,
  assignmentId: string,
  owner: Owner,
  personId: string,
): Promise<SubmissionsTable | undefined> {
  return (
    (await submissionOf(db, assignmentId, owner)) ??
    (await db
      .selectFrom("submission_members")
      .innerJoin("submissions", (join) =>
        join
          .onRef("submissions.id", "=", "submission_members.submission_id")
          .onRef("submissions.attempt", "=", "submission_members.attempt"),
      )
      .selectAll("submissions")
      .where("submission_members.assignment_id", "=", assignmentId)
      .where("submission_members.student_id", "=", personId)
      .orderBy("submissions.id", "desc")
      .executeTakeFirst())
  );
}

/** Whether the work of `submission` counts for `personId`, who did not hand it in first. */
export async function countsFor(
  db: Kysely<AssignmentsTables>,
  submissionId: string,
  personId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("submission_members")
    .select("student_id")
    .where("submission_id", "=", submissionId)
    .where("student_id", "=", personId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
