/** Agreeing on a grade where two mark. */
import { Refusal } from "#kernel/errors.ts";
import { changedBy, loadStanding, manages } from "#slices/courses/api.ts";
import { givenMark } from "./grade-writer.ts";
import { gradeWork, MarkInput, markedWork, markRefusals, marksGiven, workToMark } from "./mark-work.ts";
import { requireBothMarks } from "./marking.ts";
import { gradesSubmission } from "./policy.ts";
import { SubmittedWork } from "./schema.ts";
import { operation } from "./tables.ts";

/** Makes a grade of two marks that differ, or of one that changes: by one of the two markers, or an instructor. */
export const agreeGrade = operation({
  name: "assignments.agreeGrade",
  summary: "Gives the grade that two markers have agreed on.",
  kind: "command",
  input: MarkInput,
  output: SubmittedWork,
  policy: gradesSubmission,
  refusals: { ...markRefusals, marks_missing: "failed_precondition", single_marking: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const found = await workToMark(tx, input);
    const { work, assignment } = found;
    if (found.marking === "single")
      throw new Refusal("single_marking", "One grader is enough for this assignment: just grade the work.");
    const given = await marksGiven(tx, work.id);
    const by = changedBy(actor);
    const isMarker = given.some(({ markerId }) => markerId === by);
    if (!isMarker && !manages(await loadStanding(tx, actor, work.course_id)))
      throw new Refusal("not_marker", "The two markers agree on the grade, or an instructor decides.", {
        kind: "forbidden",
      });
    requireBothMarks(given, work.attempt);
    const mark = await givenMark(tx, assignment, input);
    await gradeWork({ tx, now, by, newId, emit }, found, { ...input, mark, kind: "agreed" });
    return markedWork({ tx, now, by }, found);
  },
});
