/** Hiding grades again. */
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { changedBy, idField } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { reasonField, undoMs } from "./grading-schema.ts";
import { managesAssignment } from "./policy.ts";
import { beginRelease } from "./release.ts";
import { assignmentIdField, releaseMax, submissionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * Hides grades that students see: a whole release, which takes no reason within ten minutes of it, or chosen ones. Their
 * marks stay, and so does the history.
 */
export const hideGrades = operation({
  name: "assignments.hideGrades",
  summary: "Hides released grades from their students again: a whole release, or the chosen ones.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    releaseId: idField("the release to take back").optional(),
    submissionIds: z
      .array(submissionIdField)
      .min(1)
      .max(releaseMax)
      .optional()
      .meta({ description: "Which ones, instead of a whole release." }),
    reason: reasonField.default(""),
  }),
  output: z
    .object({
      assignmentId: z.string(),
      hidden: z
        .int()
        .meta({ description: "How many grades students saw and see no longer; the rest follows." }),
      releaseId: z.string().nullable().meta({ description: "With which its progress is asked for." }),
    })
    .meta({ id: "HiddenGrades" }),
  policy: managesAssignment,
  refusals: { reason_required: "failed_precondition", release_running: "conflict" },
  async handle({ input, actor, tx, now, newId, emit, enqueue }) {
    const { assignmentId, releaseId, submissionIds, reason } = input;
    if ((releaseId === undefined) === (submissionIds === undefined))
      throw invalidField(
        "releaseId",
        "Name either a release or the submissions whose grades are to be hidden.",
      );
    const { course_id: courseId } = await assignmentRow(tx, assignmentId);
    if (releaseId !== undefined) {
      const release = await tx
        .selectFrom("grade_releases")
        .selectAll()
        .where("id", "=", releaseId)
        .where("assignment_id", "=", assignmentId)
        .where("kind", "=", "release")
        .executeTakeFirst();
      if (release === undefined) throw invalidField("releaseId", "This assignment had no such release.");
      if (release.finished_at === null)
        throw new Refusal("release_running", "This release is not done yet. Try again in a moment.", {
          kind: "conflict",
        });
      if (reason === "" && now - release.made_at > undoMs) throw reasonRequired();
    } else if (reason === "") throw reasonRequired();
    const begun = await beginRelease(
      { tx, now, newId, emit, enqueue, by: changedBy(actor) },
      {
        assignment_id: assignmentId,
        course_id: courseId,
        kind: "hide",
        undoes: releaseId ?? null,
        chosen: submissionIds === undefined ? null : JSON.stringify([...new Set(submissionIds)]),
        reason: reason === "" ? "The release was undone." : reason,
      },
    );
    return { assignmentId, hidden: begun?.done ?? 0, releaseId: begun?.release.id ?? null };
  },
});

function reasonRequired(): Refusal {
  return new Refusal("reason_required", "Students have seen these grades. Say why they are hidden again.");
}
