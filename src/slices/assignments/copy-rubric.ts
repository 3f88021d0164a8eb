/** Using a rubric again. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import type { Policy } from "#kernel/policy.ts";
import { changedBy, idField } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { Rubric } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { putRubric } from "./rubric-change.ts";
import { currentRubric, rubricOf } from "./rubrics.ts";
import { assignmentIdField } from "./schema.ts";
import { rubricVersionField, takesPointsField } from "./set-rubric.ts";
import { operation } from "./tables.ts";

/** Those who teach both assignments' courses. */
const teachesBoth: Policy<{ readonly assignmentId: string; readonly fromAssignmentId: string }> = {
  claim: "teaches the courses of both assignments",
  async decide(question) {
    const target = await teachesAssignment.decide(question);
    if (!target.allowed) return target;
    const { input } = question;
    return teachesAssignment.decide({ ...question, input: { assignmentId: input.fromAssignmentId } });
  },
};

/** Gives an assignment a copy of another one's rubric; the two are changed apart from then on. */
export const copyRubric = operation({
  name: "assignments.copyRubric",
  summary: "Copies the rubric of another assignment.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    fromAssignmentId: idField("the assignment whose rubric is copied"),
    version: rubricVersionField,
    takesPoints: takesPointsField,
  }),
  output: Rubric,
  policy: teachesBoth,
  refusals: {
    stale_version: "conflict",
    rubric_changing: "conflict",
    rubric_sum: "failed_precondition",
    points_below_mark: "failed_precondition",
    no_rubric: "failed_precondition",
  },
  async handle({ input, actor, tx, now, newId }) {
    const source = await currentRubric(tx, input.fromAssignmentId);
    if (source === null) throw new Refusal("no_rubric", "That assignment has no rubric to copy.");
    const assignment = await assignmentRow(tx, input.assignmentId);
    const criteria = source.criteria.map((criterion) => ({
      ...criterion,
      criterionId: newId(),
      levels: criterion.levels.map((level) => ({ ...level, levelId: newId() })),
    }));
    const { version: seen, takesPoints } = input;
    const by = changedBy(actor);
    return rubricOf(tx, await putRubric(tx, { assignment, criteria, seen, takesPoints, by, now }));
  },
});
