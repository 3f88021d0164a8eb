/** Giving a mark. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { invalidField } from "#kernel/errors.ts";
import { changedBy, idField, requireVersion, versionField } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { submissionGraded } from "./events.ts";
import { toHundredths } from "./points.ts";
import { gradesSubmission } from "./policy.ts";
import { feedbackField, pointsField, SubmittedWork, submissionIdField } from "./schema.ts";
import { grade } from "./submission.ts";
import { type AssignmentsTables, operation, type SubmissionsTable } from "./tables.ts";
import { workOf } from "./work.ts";

/**
 * Gives the latest attempt a mark and feedback. The version that the grader saw guards against a newer attempt and
 * against another grader; the mark stays private until it is released, and a released one may be corrected.
 */
export const gradeSubmission = operation({
  name: "assignments.gradeSubmission",
  summary: "Gives a submission points and feedback; the student sees them after their release.",
  kind: "command",
  input: z.strictObject({
    submissionId: submissionIdField,
    studentId: idField("the student, as a second check that the mark goes where you mean").optional(),
    points: pointsField,
    feedback: feedbackField.default(""),
    version: versionField("the submission"),
  }),
  output: SubmittedWork,
  policy: gradesSubmission,
  refusals: { stale_version: "conflict", withdrawn: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await tx
      .selectFrom("submissions")
      .selectAll()
      .where("id", "=", input.submissionId)
      .executeTakeFirstOrThrow();
    if (input.studentId !== undefined && input.studentId !== row.student_id)
      throw invalidField("studentId", "This submission is another student's. Nothing was graded.");
    await requireVersion(tx, "this work or its grade", row, input.version);
    const assignment = await assignmentRow(tx, row.assignment_id);
    const withdrawn = row.withdrawn_at !== null;
    const before = { attempt: row.attempt, withdrawn, version: row.version, grade: null };
    const hundredths = toHundredths(input.points);
    const after = grade(before, { hundredths, hundredthsMax: assignment.points_max_hundredths });

    const by = changedBy(actor);
    const moved = { version: after.version, updated_by: by, updated_at: now };
    await tx.updateTable("submissions").set(moved).where("id", "=", row.id).execute();
    const mark = {
      attempt: row.attempt,
      points_hundredths: hundredths,
      feedback: input.feedback,
      graded_by: by,
      graded_at: now,
    };
    await putMark(tx, row, mark);
    emit(submissionGraded, {
      assignmentId: row.assignment_id,
      courseId: row.course_id,
      submissionId: row.id,
      studentId: row.student_id,
      attempt: row.attempt,
    });
    const [work] = await workOf(tx, assignment, [{ ...row, ...moved }]);
    return present(work, "one row makes one piece of work");
  },
});

/** Writes the mark beside the submission and its student; the release of an earlier mark stays as it is. */
async function putMark(
  tx: Kysely<AssignmentsTables>,
  row: SubmissionsTable,
  mark: {
    readonly attempt: number;
    readonly points_hundredths: number;
    readonly feedback: string;
    readonly graded_by: string;
    readonly graded_at: number;
  },
): Promise<void> {
  await tx
    .insertInto("grades")
    .values({
      submission_id: row.id,
      student_id: row.student_id,
      course_id: row.course_id,
      assignment_id: row.assignment_id,
      released_at: null,
      ...mark,
    })
    .onConflict((conflict) => conflict.columns(["submission_id", "student_id"]).doUpdateSet(mark))
    .execute();
}
