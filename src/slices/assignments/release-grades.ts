/** Letting students see their grades. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { changedBy } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { managesAssignment } from "./policy.ts";
import { beginRelease } from "./release.ts";
import { assignmentIdField, releaseMax, submissionIdField } from "./schema.ts";
import { type AssignmentsTables, operation } from "./tables.ts";

/**
 * Releases the grades of the chosen submissions, or of all that are graded. The first of many are shown at once and the
 * rest in the background; what somebody grades after this call stays private. What is released already stays so.
 */
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
        description: "Grades that are still private; those of this release follow in the background.",
      }),
      releaseId: z.string().nullable().meta({
        description: "With which its progress is asked for, and it is undone; null when none was private.",
      }),
    })
    .meta({ id: "ReleasedGrades" }),
  policy: managesAssignment,
  refusals: { not_graded: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit, enqueue }) {
    const { assignmentId } = input;
    const { course_id: courseId } = await assignmentRow(tx, assignmentId);
    const chosen = input.submissionIds === undefined ? null : [...new Set(input.submissionIds)];
    if (chosen !== null) await requireGraded(tx, assignmentId, chosen);
    const begun = await beginRelease(
      { tx, now, newId, emit, enqueue, by: changedBy(actor) },
      {
        assignment_id: assignmentId,
        course_id: courseId,
        kind: "release",
        undoes: null,
        chosen: chosen === null ? null : JSON.stringify(chosen),
        reason: "",
      },
    );
    const { remaining } = await tx
      .selectFrom("grades")
      .select((each) => each.fn.countAll<number>().as("remaining"))
      .where("assignment_id", "=", assignmentId)
      .where("released_at", "is", null)
      .executeTakeFirstOrThrow();
    return {
      assignmentId,
      released: begun?.done ?? 0,
      remaining: Number(remaining),
      releaseId: begun?.release.id ?? null,
    };
  },
});

/** Refuses ids that are no submissions of this assignment, and those that nobody has graded. */
async function requireGraded(
  tx: Kysely<AssignmentsTables>,
  assignmentId: string,
  submissionIds: readonly string[],
): Promise<void> {
  const known = await tx
    .selectFrom("submissions")
    .select("id")
    .where("assignment_id", "=", assignmentId)
    .where("id", "in", submissionIds)
    .execute();
  if (known.length < submissionIds.length)
    throw invalidField("submissionIds", "Not all of these are submissions of this assignment.");
  const graded = await tx
    .selectFrom("grades")
    .select("submission_id")
    .distinct()
    .where("submission_id", "in", submissionIds)
    .execute();
  const ungraded = submissionIds.length - graded.length;
  if (ungraded > 0)
    throw new Refusal(
      "not_graded",
      `${ungraded} of the chosen submissions ${ungraded === 1 ? "has" : "have"} no grade yet. Nothing was released.`,
    );
}
