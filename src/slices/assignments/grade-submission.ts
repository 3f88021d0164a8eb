/** Giving a mark. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { changedBy, idField, versionField } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { requireUnchanged } from "./changed-work.ts";
import { submissionMarked } from "./events.ts";
import { adjustedBy, type GivenMark, givenMark, putGrades, requireGradable } from "./grade-writer.ts";
import { adjustmentsMax, ChosenLevelInput, criteriaMax, reasonField } from "./grading-schema.ts";
import { gradingRow, markersOf } from "./grading-settings.ts";
import { placeFor } from "./marking.ts";
import { gradesSubmission } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { feedbackField, pointsField, SubmittedWork, submissionIdField } from "./schema.ts";
import { alreadyAgreed } from "./submission.ts";
import { type AssignmentsTables, operation, type SubmissionsTable } from "./tables.ts";
import { workOf } from "./work.ts";

/** What a mark is given by, here and where two markers agree on one. */
export const markFields = {
  submissionId: submissionIdField,
  studentId: idField("the student, as a second check that the mark goes where you mean").optional(),
  points: pointsField.optional(),
  levels: z
    .array(ChosenLevelInput)
    .max(criteriaMax)
    .optional()
    .meta({ description: "A level for each criterion of the rubric, instead of points." }),
  feedback: feedbackField.default(""),
  version: versionField("the submission"),
  reason: reasonField.default(""),
  waivesLateness: z.boolean().default(false).meta({
    description: "Whether lateness costs nothing here, whatever the assignment's policy.",
  }),
  adjustments: z
    .array(z.strictObject({ studentId: idField("the member"), points: pointsField }))
    .max(adjustmentsMax)
    .default([])
    .meta({ description: "For work of a group: members whose points differ from the group's." }),
} as const;

/**
 * Gives the latest attempt a mark and feedback. The version that the grader saw guards against a newer attempt and
 * against another grader; the mark stays private until it is released, and a released one may be corrected. Where two
 * mark, this is one of the two marks, and there is no grade before they agree.
 */
export const gradeSubmission = operation({
  name: "assignments.gradeSubmission",
  summary: "Gives a submission points or levels and feedback; the student sees them after their release.",
  kind: "command",
  input: z.strictObject(markFields),
  output: SubmittedWork,
  policy: gradesSubmission,
  refusals: {
    stale_version: "conflict",
    rubric_changing: "conflict",
    withdrawn: "failed_precondition",
    already_agreed: "failed_precondition",
    first_mark_missing: "failed_precondition",
    not_marker: "forbidden",
  },
  async handle({ input, actor, tx, now, newId, emit }) {
    const work = await tx
      .selectFrom("submissions")
      .selectAll()
      .where("id", "=", input.submissionId)
      .executeTakeFirstOrThrow();
    const names = await nameView(tx, work.assignment_id, [work.student_id]);
    requireGradable(work, { studentId: input.studentId, names });
    await requireUnchanged(tx, work, { seen: input.version, names });
    const assignment = await assignmentRow(tx, work.assignment_id);
    const mark = await givenMark(tx, assignment, input);
    const by = changedBy(actor);
    const { marking } = await gradingRow(tx, assignment);
    if (marking === "single") {
      await putGrades(
        { tx, now, by, newId, emit },
        {
          assignment,
          work,
          mark,
          kind: "graded",
          reason: input.reason,
          waivesLateness: input.waivesLateness,
          adjusted: await adjustedBy(tx, work, input.adjustments, {
            names,
            hundredthsMax: assignment.points_max_hundredths,
          }),
        },
      );
    } else {
      const given = await marksGiven(tx, work.id);
      if (await hasGrade(tx, work)) throw alreadyAgreed();
      const markers = await markersOf(tx, assignment.id);
      await putMark(tx, work, { ...mark, place: placeFor(by, { marking, markers, given }), by, now });
      emit(submissionMarked, {
        assignmentId: work.assignment_id,
        courseId: work.course_id,
        submissionId: work.id,
      });
    }
    const moved = { version: work.version + 1, updated_by: by, updated_at: now };
    await tx.updateTable("submissions").set(moved).where("id", "=", work.id).execute();
    const [output] = await workOf(tx, assignment, [{ ...work, ...moved }]);
    return present(output, "one row makes one piece of work");
  },
});

/** Which of the two marks are there, by whom and for which attempt. */
export async function marksGiven(tx: Kysely<AssignmentsTables>, submissionId: string) {
  return tx
    .selectFrom("marks")
    .select(["place", "marker_id as markerId", "attempt"])
    .where("submission_id", "=", submissionId)
    .orderBy("place")
    .execute();
}

/** Whether the latest attempt has a grade that its markers agreed on. */
async function hasGrade(tx: Kysely<AssignmentsTables>, work: SubmissionsTable): Promise<boolean> {
  const row = await tx
    .selectFrom("grades")
    .select("attempt")
    .where("submission_id", "=", work.id)
    .where("attempt", "=", work.attempt)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function putMark(
  tx: Kysely<AssignmentsTables>,
  work: SubmissionsTable,
  mark: GivenMark & { readonly place: "first" | "second"; readonly by: string; readonly now: number },
): Promise<void> {
  const row = {
    marker_id: mark.by,
    attempt: work.attempt,
    points_hundredths: mark.hundredths,
    levels: mark.levels,
    rubric_version: mark.rubricVersion,
    feedback: mark.feedback,
    marked_at: mark.now,
  };
  await tx
    .insertInto("marks")
    .values({
      submission_id: work.id,
      place: mark.place,
      assignment_id: work.assignment_id,
      course_id: work.course_id,
      ...row,
    })
    .onConflict((conflict) => conflict.columns(["submission_id", "place"]).doUpdateSet(row))
    .execute();
}
