/** Assignments in the life of a course: copied with their dates moved, without any work; deleted with all of it. */
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import type { Step } from "#kernel/step.ts";
import { holderOfAttempt } from "./assignments.ts";
import { attachmentBytes, attachmentRows, purgeAttachments } from "./attachment-life.ts";
import { gradingRows, purgeGrading, rubricRows } from "./grading-life.ts";
import { purgeHandingIn } from "./handing-in-life.ts";
import { dueKey } from "./settings.ts";
import type { AssignmentsTables } from "./tables.ts";

const assignmentRows = coursePartFor<AssignmentsTables>()({
  choice: "assignments",
  read: ({ db, courseId }) =>
    db.selectFrom("assignments").selectAll().where("course_id", "=", courseId).orderBy("id").execute(),
  idOf: (row) => row.id,
  dates: (row) =>
    (["available_from", "due_at", "until_at"] as const).flatMap((field) => {
      const at = row[field];
      return at === null ? [] : [{ title: row.title, field, at }];
    }),
  async write({ tx, now, courseId, by, newIdOf, shift, relinked }, rows) {
    for (const row of rows) {
      const dueAt = shift(row.due_at);
      await tx
        .insertInto("assignments")
        .values({
          ...row,
          id: newIdOf(row.id),
          course_id: courseId,
          instructions: relinked(row.instructions),
          available_from: shift(row.available_from),
          due_at: dueAt,
          until_at: shift(row.until_at),
          // Groups are people, who do not come along.
          group_set_id: null,
          due_key: dueKey(dueAt),
          version: 1,
          created_by: by,
          created_at: now,
          updated_by: by,
          updated_at: now,
        })
        .execute();
    }
  },
});

const attemptsPurgedAtOnce = 80;
const rowsPurgedAtOnce = 300;

export const assignmentsLife = courseLifeFor<AssignmentsTables>()({
  async groupSetUses(db, { groupSetId }) {
    const rows = await db
      .selectFrom("assignments")
      .select(["id", "title"])
      .where("group_set_id", "=", groupSetId)
      .orderBy("id")
      .execute();
    return rows.map((row) => ({ kind: "assignment", ...row }));
  },
  parts: [assignmentRows, attachmentRows, rubricRows, gradingRows],
  async purge(step, courseId) {
    if (await purgeGrading(step, courseId)) return true;
    if (await purgeHandingIn(step, courseId)) return true;
    if (await purgeWork(step, courseId)) return true;
    if (await purgeAttachments(step, courseId)) return true;
    for (const table of ["grades", "assignment_extensions", "assignments"] as const) {
      const rows = await step.tx
        .selectFrom(table)
        .select(table === "grades" ? "submission_id as id" : "id")
        .where("course_id", "=", courseId)
        .limit(rowsPurgedAtOnce)
        .execute();
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) continue;
      await step.tx
        .deleteFrom(table)
        .where(table === "grades" ? "submission_id" : "id", "in", ids)
        .execute();
      return true;
    }
    return false;
  },
  async bytes(db, courseIds) {
    const rows = await db
      .selectFrom("assignments")
      .innerJoin("submissions", "submissions.assignment_id", "assignments.id")
      .innerJoin("submission_attempts", "submission_attempts.submission_id", "submissions.id")
      .select((each) => [
        "assignments.course_id as courseId",
        each.fn.sum<number>("submission_attempts.bytes").as("bytes"),
      ])
      .where("assignments.course_id", "in", courseIds)
      .groupBy("assignments.course_id")
      .execute();
    const taught = await attachmentBytes(db, courseIds);
    const handedIn = new Map(rows.map(({ courseId, bytes }) => [courseId, Number(bytes)]));
    return new Map(
      courseIds.map((id) => [id, { taught: taught.get(id) ?? 0, handedIn: handedIn.get(id) ?? 0 }]),
    );
  },
});

/** Attempts with their files, then the submissions that have none left; whether there is more. */
async function purgeWork({ tx, blobs }: Step<AssignmentsTables>, courseId: string): Promise<boolean> {
  const attempts = await tx
    .selectFrom("assignments")
    .innerJoin("submissions", "submissions.assignment_id", "assignments.id")
    .innerJoin("submission_attempts", "submission_attempts.submission_id", "submissions.id")
    .select(["submissions.id as id", "submission_attempts.attempt as attempt", "sha256"])
    .where("assignments.course_id", "=", courseId)
    .limit(attemptsPurgedAtOnce)
    .execute();
  for (const { id, attempt, sha256 } of attempts) {
    await blobs.release(sha256, holderOfAttempt(id, attempt));
    await tx
      .deleteFrom("submission_attempts")
      .where("submission_id", "=", id)
      .where("attempt", "=", attempt)
      .execute();
  }
  if (attempts.length > 0) return true;
  const submissions = await tx
    .selectFrom("assignments")
    .innerJoin("submissions", "submissions.assignment_id", "assignments.id")
    .select("submissions.id as id")
    .where("assignments.course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  if (submissions.length === 0) return false;
  await tx
    .deleteFrom("submissions")
    .where(
      "id",
      "in",
      submissions.map(({ id }) => id),
    )
    .execute();
  return true;
}
