/** Whose groups may hand in an assignment. */
import type { Kysely } from "kysely";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { groupSetById } from "#slices/courses/api.ts";
import type { AssignmentsTable, AssignmentsTables } from "./tables.ts";

/** Refuses a set of groups of another course, or none at all. */
export async function requireGroupSet(
  tx: Kysely<AssignmentsTables>,
  courseId: string,
  groupSetId: string | null,
): Promise<void> {
  if (groupSetId === null) return;
  const set = await groupSetById(tx, groupSetId);
  if (set?.courseId !== courseId)
    throw invalidField("groupSetId", "This course has no such set of groups. Choose one of its sets.");
}

/** Refuses to make the work of groups into that of students, or the other way round, once there is some. */
export async function requireNoWorkOfOthers(
  tx: Kysely<AssignmentsTables>,
  before: Pick<AssignmentsTable, "id" | "course_id" | "group_set_id">,
  groupSetId: string | null,
): Promise<void> {
  if (before.group_set_id === groupSetId) return;
  await requireGroupSet(tx, before.course_id, groupSetId);
  const work = await tx
    .selectFrom("submissions")
    .select("id")
    .where("assignment_id", "=", before.id)
    .limit(1)
    .executeTakeFirst();
  if (work !== undefined)
    throw new Refusal("has_submissions", "Work was handed in already, so who hands in stays as it is.");
}
