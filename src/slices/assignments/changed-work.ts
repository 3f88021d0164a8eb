/** The version check of graders, which says who was quicker without giving away a student whose name is hidden. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import { requireVersion } from "#slices/courses/api.ts";
import type { NameView } from "./pseudonyms.ts";
import type { AssignmentsTables, SubmissionsTable } from "./tables.ts";

/** Refuses with `stale_version` unless the work and its grade are as the grader saw them. */
export async function requireUnchanged(
  db: Kysely<AssignmentsTables>,
  work: SubmissionsTable,
  { seen, names }: { readonly seen: number; readonly names: NameView },
): Promise<void> {
  if (work.version === seen) return;
  if (names.hidesNames && !(await isGrader(db, work)))
    throw new Refusal(
      "stale_version",
      `${names.nameOf(work.student_id)} changed this work meanwhile. Look at it again (version ${work.version}), then decide.`,
      { kind: "conflict" },
    );
  await requireVersion(db, "this work or its grade", work, seen);
}

/** Whether the last change was a grader's, whose name is no secret. */
async function isGrader(db: Kysely<AssignmentsTables>, work: SubmissionsTable): Promise<boolean> {
  const grade = await db
    .selectFrom("grades")
    .select("submission_id")
    .where("submission_id", "=", work.id)
    .where("graded_by", "=", work.updated_by)
    .limit(1)
    .executeTakeFirst();
  const mark = await db
    .selectFrom("marks")
    .select("submission_id")
    .where("submission_id", "=", work.id)
    .where("marker_id", "=", work.updated_by)
    .limit(1)
    .executeTakeFirst();
  return grade !== undefined || mark !== undefined;
}
