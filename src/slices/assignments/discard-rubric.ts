/** Dropping a proposed rubric. */

import { z } from "zod";
import { Rubric } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { proposalFields, requireProposal, retire } from "./rubric-change.ts";
import { rubricOf } from "./rubrics.ts";
import { operation } from "./tables.ts";

/** Drops a proposed rubric; the one in force stays as it is. */
export const discardRubric = operation({
  name: "assignments.discardRubric",
  summary: "Drops a proposed change of a rubric.",
  kind: "command",
  input: z.strictObject(proposalFields),
  output: Rubric,
  policy: teachesAssignment,
  refusals: { stale_version: "conflict", rubric_changing: "conflict", no_proposal: "failed_precondition" },
  async handle({ input, tx }) {
    const proposal = await requireProposal(tx, input);
    await retire(tx, input.assignmentId, ["proposed"]);
    return rubricOf(tx, { ...proposal, row: { ...proposal.row, state: "past" } });
  },
});
