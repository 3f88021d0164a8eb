/** Making a rubric, or changing it. */
import { z } from "zod";
import { changedBy } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { CriterionInput, criteriaMax, Rubric } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { putRubric } from "./rubric-change.ts";
import { criteriaOf, rubricOf, rubricsInForce } from "./rubrics.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

export const rubricVersionField = z.int().min(0).meta({
  description: "The version of the rubric that you saw, of a proposed one too; 0 where there was none.",
});
export const takesPointsField = z.boolean().default(false).meta({
  description: "Whether the assignment gives what the rubric gives, from when it holds.",
});

/**
 * Makes the rubric of an assignment. It holds at once where nobody was marked by one before; otherwise it is a proposal:
 * the preview shows whose mark would move, and applying it moves them. Criteria and levels that keep their ids keep
 * their marks.
 */
export const setRubric = operation({
  name: "assignments.setRubric",
  summary: "Makes or changes the rubric of an assignment; a proposal where marks would move.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    version: rubricVersionField,
    criteria: z.array(CriterionInput).max(criteriaMax).meta({ description: "None: grading goes by points." }),
    takesPoints: takesPointsField,
  }),
  output: Rubric,
  policy: teachesAssignment,
  refusals: {
    stale_version: "conflict",
    rubric_changing: "conflict",
    rubric_sum: "failed_precondition",
    points_below_mark: "failed_precondition",
  },
  async handle({ input, actor, tx, now, newId }) {
    const assignment = await assignmentRow(tx, input.assignmentId);
    const { current, next } = await rubricsInForce(tx, assignment.id);
    const known = [...(current?.criteria ?? []), ...(next?.criteria ?? [])];
    const criteria = criteriaOf(input.criteria, merged(known), newId);
    const { version: seen, takesPoints } = input;
    const by = changedBy(actor);
    return rubricOf(tx, await putRubric(tx, { assignment, criteria, seen, takesPoints, by, now }));
  },
});

/** Criteria by their ids, with all levels that the rubric in force and a proposal have. */
function merged<C extends { readonly criterionId: string; readonly levels: readonly object[] }>(
  criteria: readonly C[],
): C[] {
  const byId = new Map<string, C>();
  for (const criterion of criteria) {
    const known = byId.get(criterion.criterionId);
    byId.set(criterion.criterionId, {
      ...criterion,
      levels: [...(known?.levels ?? []), ...criterion.levels],
    });
  }
  return [...byId.values()];
}
