/** Agreeing on a grade where two mark. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, loadStanding, manages } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { requireUnchanged } from "./changed-work.ts";
import { markFields, marksGiven } from "./grade-submission.ts";
import { adjustedBy, givenMark, putGrades, requireGradable } from "./grade-writer.ts";
import { gradingRow } from "./grading-settings.ts";
import { requireBothMarks } from "./marking.ts";
import { gradesSubmission } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { SubmittedWork } from "./schema.ts";
import { operation } from "./tables.ts";
import { workOf } from "./work.ts";

/** Makes a grade of two marks that differ, or of one that changes: by one of the two markers, or an instructor. */
export const agreeGrade = operation({
  name: "assignments.agreeGrade",
  summary: "Gives the grade that two markers have agreed on.",
  kind: "command",
  input: z.strictObject(markFields),
  output: SubmittedWork,
  policy: gradesSubmission,
  refusals: {
    stale_version: "conflict",
    rubric_changing: "conflict",
    withdrawn: "failed_precondition",
    marks_missing: "failed_precondition",
    single_marking: "failed_precondition",
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
    const { marking } = await gradingRow(tx, assignment);
    if (marking === "single")
      throw new Refusal("single_marking", "One grader is enough for this assignment: just grade the work.");
    const given = await marksGiven(tx, work.id);
    const by = changedBy(actor);
    const isMarker = given.some(({ markerId }) => markerId === by);
    if (!isMarker && !manages(await loadStanding(tx, actor, work.course_id)))
      throw new Refusal("not_marker", "The two markers agree on the grade, or an instructor decides.", {
        kind: "forbidden",
      });
    requireBothMarks(given, work.attempt);
    await putGrades(
      { tx, now, by, newId, emit },
      {
        assignment,
        work,
        mark: await givenMark(tx, assignment, input),
        kind: "agreed",
        reason: input.reason,
        waivesLateness: input.waivesLateness,
        adjusted: await adjustedBy(tx, work, input.adjustments, {
          names,
          hundredthsMax: assignment.points_max_hundredths,
        }),
      },
    );
    const moved = { version: work.version + 1, updated_by: by, updated_at: now };
    await tx.updateTable("submissions").set(moved).where("id", "=", work.id).execute();
    const [output] = await workOf(tx, assignment, [{ ...work, ...moved }]);
    return present(output, "one row makes one piece of work");
  },
});
