/** What the student who asks has handed in. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { assignmentRow, fileOf, gradeOf } from "./assignments.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, MySubmission } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives a student's own attempts, and the grade once it is released; before, nothing tells that there is one. */
export const getMySubmission = operation({
  name: "assignments.getMySubmission",
  summary: "Gives what you have handed in for an assignment, and your grade once it is released.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField }),
  output: z
    .object({
      submission: MySubmission.nullable().meta({ description: "Null before you have handed anything in." }),
    })
    .meta({ id: "MySubmissionAnswer" }),
  policy: handsInAssignment,
  async handle({ input, actor, db }) {
    const { assignmentId } = input;
    const row = await db
      .selectFrom("submissions")
      .select(["id", "student_id"])
      .where("assignment_id", "=", assignmentId)
      .where("student_id", "=", personOf(actor).personId)
      .executeTakeFirst();
    if (row === undefined) return { submission: null };
    const attempts = await db
      .selectFrom("submission_attempts")
      .selectAll()
      .where("submission_id", "=", row.id)
      .orderBy("attempt", "desc")
      .execute();
    const grade = await db
      .selectFrom("grades")
      .selectAll()
      .where("submission_id", "=", row.id)
      .where("student_id", "=", row.student_id)
      .where("released_at", "is not", null)
      .executeTakeFirst();
    const people = await peopleByIds(db, grade === undefined ? [] : [grade.graded_by]);
    const { points_max_hundredths } = await assignmentRow(db, assignmentId);
    return {
      submission: {
        submissionId: row.id,
        assignmentId,
        attempts: attempts.map((each) => ({
          attempt: each.attempt,
          file: fileOf(each),
          receivedAt: each.received_at,
          late: each.late === 1,
        })),
        grade: grade === undefined ? null : gradeOf(grade, points_max_hundredths, people),
      },
    };
  },
});
