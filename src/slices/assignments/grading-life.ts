/** Grading in the life of a course: rubrics and settings go along with a copy, marks never; all of it goes with a purge. */
import { coursePartFor } from "#kernel/course-life.ts";
import type { Step } from "#kernel/step.ts";
import { feedbackFileHolder } from "./feedback-files.ts";
import { newPseudonymKey } from "./pseudonyms.ts";
import type { AssignmentsTables } from "./tables.ts";

/** The rubrics in force; ids of criteria and levels mean something within one assignment only, so they stay. */
export const rubricRows = coursePartFor<AssignmentsTables>()({
  choice: "assignments",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db
      .selectFrom("rubrics")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("state", "=", "current")
      .orderBy("assignment_id")
      .orderBy("version")
      .execute(),
  idOf: () => null,
  async write({ tx, now, courseId, by, newIdOf }, rows) {
    for (const row of rows)
      await tx
        .insertInto("rubrics")
        .values({
          ...row,
          assignment_id: newIdOf(row.assignment_id),
          course_id: courseId,
          version: 1,
          marks: 0,
          marks_done: 0,
          made_by: by,
          made_at: now,
          applied_at: now,
        })
        .execute();
  },
});

/** How assignments are graded. Markers are people of the old course, and its pseudonyms are its own. */
export const gradingRows = coursePartFor<AssignmentsTables>()({
  choice: "assignments",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db
      .selectFrom("assignment_grading")
      .selectAll()
      .where("course_id", "=", courseId)
      .orderBy("assignment_id")
      .execute(),
  idOf: () => null,
  async write({ tx, now, courseId, by, newIdOf, random }, rows) {
    for (const row of rows)
      await tx
        .insertInto("assignment_grading")
        .values({
          assignment_id: newIdOf(row.assignment_id),
          course_id: courseId,
          marking: row.marking,
          appeal_days: row.appeal_days,
          pseudonym_key: row.pseudonym_key === null ? null : newPseudonymKey(random),
          names_shown_at: null,
          names_shown_by: null,
          names_shown_reason: null,
          version: 1,
          updated_by: by,
          updated_at: now,
        })
        .execute();
  },
});

const filesPurgedAtOnce = 100;
const rowsPurgedAtOnce = 300;

/** Deletes a bounded piece of the grading in a course; whether there is more. */
export async function purgeGrading(
  { tx, blobs }: Step<AssignmentsTables>,
  courseId: string,
): Promise<boolean> {
  const files = await tx
    .selectFrom("feedback_files")
    .select(["id", "sha256"])
    .where("course_id", "=", courseId)
    .limit(filesPurgedAtOnce)
    .execute();
  for (const { id, sha256 } of files) {
    await blobs.release(sha256, feedbackFileHolder(id));
    await tx.deleteFrom("feedback_files").where("id", "=", id).execute();
  }
  if (files.length > 0) return true;
  for (const table of ["appeals", "grade_changes", "grade_releases"] as const) {
    const rows = await tx
      .selectFrom(table)
      .select("id")
      .where("course_id", "=", courseId)
      .limit(rowsPurgedAtOnce)
      .execute();
    if (rows.length === 0) continue;
    const ids = rows.map(({ id }) => id);
    await tx.deleteFrom(table).where("id", "in", ids).execute();
    return true;
  }
  const marks = await tx
    .selectFrom("marks")
    .select("submission_id")
    .distinct()
    .where("course_id", "=", courseId)
    .limit(rowsPurgedAtOnce / 2)
    .execute();
  if (marks.length > 0) {
    const ids = marks.map((row) => row.submission_id);
    await tx.deleteFrom("marks").where("submission_id", "in", ids).execute();
    return true;
  }
  return purgeSettings(tx, courseId);
}

/** Assignments have few of these rows each, so a handful of assignments at a time is a bounded piece. */
async function purgeSettings(tx: Step<AssignmentsTables>["tx"], courseId: string): Promise<boolean> {
  const rubrics = await tx
    .selectFrom("rubrics")
    .select(["assignment_id", "version"])
    .where("course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  for (const row of rubrics)
    await tx
      .deleteFrom("rubrics")
      .where("assignment_id", "=", row.assignment_id)
      .where("version", "=", row.version)
      .execute();
  if (rubrics.length > 0) return true;
  const settings = await tx
    .selectFrom("assignment_grading")
    .select("assignment_id")
    .where("course_id", "=", courseId)
    // Each may name a hundred markers.
    .limit(3)
    .execute();
  if (settings.length === 0) return false;
  const ids = settings.map((row) => row.assignment_id);
  await tx.deleteFrom("assignment_markers").where("assignment_id", "in", ids).execute();
  await tx.deleteFrom("assignment_grading").where("assignment_id", "in", ids).execute();
  return true;
}
