/** Giving a mark. */
import type { Kysely } from "kysely";
import { changedBy } from "#slices/courses/api.ts";
import { submissionMarked } from "./events.ts";
import { type GivenMark, givenMark } from "./grade-writer.ts";
import { markersOf } from "./grading-settings.ts";
import { gradeWork, MarkInput, markedWork, markRefusals, marksGiven, workToMark } from "./mark-work.ts";
import { placeFor } from "./marking.ts";
import { gradesSubmission } from "./policy.ts";
import { SubmittedWork } from "./schema.ts";
import { alreadyAgreed } from "./submission.ts";
import { type AssignmentsTables, operation, type SubmissionsTable } from "./tables.ts";

/**
 * Gives the latest attempt a mark and feedback. The version that the grader saw guards against a newer attempt and
 * against another grader; the mark stays private until it is released, and a released one may be corrected. Where two
 * mark, this is one of the two marks, and there is no grade before they agree.
 */
export const gradeSubmission = operation({
  name: "assignments.gradeSubmission",
  summary: "Gives a submission points or levels and feedback; the student sees them after their release.",
  kind: "command",
  input: MarkInput,
  output: SubmittedWork,
  policy: gradesSubmission,
  refusals: {
    ...markRefusals,
    already_agreed: "failed_precondition",
    first_mark_missing: "failed_precondition",
  },
  async handle({ input, actor, tx, now, newId, emit }) {
    const found = await workToMark(tx, input);
    const { work, assignment, marking } = found;
    const mark = await givenMark(tx, assignment, input);
    const by = changedBy(actor);
    if (marking === "single")
      await gradeWork({ tx, now, by, newId, emit }, found, { ...input, mark, kind: "graded" });
    else {
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
    return markedWork({ tx, now, by }, found);
  },
});

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
