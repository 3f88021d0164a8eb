/** The rubric of an assignment. */
import { z } from "zod";
import { loadStanding, teaches } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { Rubric } from "./grading-schema.ts";
import { seesAssignment } from "./policy.ts";
import { rubricOf, rubricsInForce } from "./rubrics.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives the rubric to those who see the assignment, and to those who teach what is proposed. */
export const getRubric = operation({
  name: "assignments.getRubric",
  summary: "Gives the rubric of an assignment.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField }),
  output: z
    .object({
      rubric: Rubric.nullable().meta({ description: "Null where grading goes by points." }),
      proposal: Rubric.nullable().meta({ description: "Proposed or being applied; for those who teach." }),
      version: z.int().meta({ description: "Give it when you change the rubric." }),
    })
    .meta({ id: "RubricAnswer" }),
  policy: seesAssignment,
  async handle({ input, actor, db }) {
    const { course_id: courseId } = await assignmentRow(db, input.assignmentId);
    const { current, next } = await rubricsInForce(db, input.assignmentId);
    const isStaff = teaches(await loadStanding(db, actor, courseId));
    const hasCriteria = current !== null && current.criteria.length > 0;
    return {
      rubric: hasCriteria ? await rubricOf(db, current) : null,
      proposal: isStaff && next !== null ? await rubricOf(db, next) : null,
      version: (isStaff ? next?.row.version : undefined) ?? current?.row.version ?? 0,
    };
  },
});
