/** Letting students see their grades. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { assignmentRow } from "./assignments.ts";
import { gradeReleased } from "./events.ts";
import { managesAssignment } from "./policy.ts";
import { assignmentIdField, releaseMax, submissionIdField } from "./schema.ts";
import { type AssignmentsTables, operation } from "./tables.ts";

/** Releases the grades of the chosen submissions, or of all that are graded. What is released already stays so. */
export const releaseGrades = operation({
  name: "assignments.releaseGrades",
  summary: "Releases the grades of an assignment to its students: the chosen ones, or all.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    submissionIds: z
      .array(submissionIdField)
      .min(1)
      .max(releaseMax)
      .optional()
      .meta({ description: "Which ones; all that are graded when absent." }),
  }),
  output: z
    .object({
      assignmentId: z.string(),
      released: z.int().meta({ description: "How many grades students see now and did not before." }),
      remaining: z.int().meta({
        description: `Grades that are still private; a call releases at most ${releaseMax}, call again for the rest.`,
      }),
    })
    .meta({ id: "ReleasedGrades" }),
  policy: managesAssignment,
  refusals: { not_graded: "failed_precondition" },
  async handle({ input, tx, now, emit }) {
    const { assignmentId } = input;
    const { course_id: courseId } = await assignmentRow(tx, assignmentId);
    const chosen = input.submissionIds === undefined ? null : [...new Set(input.submissionIds)];
    if (chosen !== null) await requireGraded(tx, assignmentId, chosen);
    let select = tx
      .selectFrom("grades")
      .select(["submission_id", "student_id"])
      .where("assignment_id", "=", assignmentId)
      .where("released_at", "is", null)
      .orderBy("submission_id")
      .limit(releaseMax);
    if (chosen !== null) select = select.where("submission_id", "in", chosen);
    const rows = await select.execute();
    if (rows.length > 0)
      await tx
        .updateTable("grades")
        .set({ released_at: now })
        .where("assignment_id", "=", assignmentId)
        .where(
          "submission_id",
          "in",
          rows.map((row) => row.submission_id),
        )
        .execute();
    for (const row of rows)
      emit(gradeReleased, {
        assignmentId,
        courseId,
        submissionId: row.submission_id,
        studentId: row.student_id,
      });
    const { remaining } = await tx
      .selectFrom("grades")
      .select((each) => each.fn.countAll<number>().as("remaining"))
      .where("assignment_id", "=", assignmentId)
      .where("released_at", "is", null)
      .executeTakeFirstOrThrow();
    return { assignmentId, released: rows.length, remaining: Number(remaining) };
  },
});

/** Refuses ids that are no submissions of this assignment, and those that nobody has graded. */
async function requireGraded(
  tx: Kysely<AssignmentsTables>,
  assignmentId: string,
  submissionIds: readonly string[],
): Promise<void> {
  const rows = await tx
    .selectFrom("submissions")
    .leftJoin("grades", "grades.submission_id", "submissions.id")
    .select(["submissions.id as id", "grades.graded_at as gradedAt"])
    .where("submissions.assignment_id", "=", assignmentId)
    .where("submissions.id", "in", submissionIds)
    .execute();
  if (rows.length < submissionIds.length)
    throw invalidField("submissionIds", "Not all of these are submissions of this assignment.");
  const ungraded = rows.filter((row) => row.gradedAt === null).length;
  if (ungraded > 0)
    throw new Refusal(
      "not_graded",
      `${ungraded} of the chosen submissions ${ungraded === 1 ? "has" : "have"} no grade yet. Nothing was released.`,
    );
}
