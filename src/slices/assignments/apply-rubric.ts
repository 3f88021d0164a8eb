/** Putting a proposed rubric in force, marks and all. */

import { z } from "zod";
import { changedBy } from "#slices/courses/api.ts";
import { Rubric } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { proposalFields, requireProposal } from "./rubric-change.ts";
import { applyRubricJob } from "./rubric-job.ts";
import { rubricOf } from "./rubrics.ts";
import { operation } from "./tables.ts";

/** Lets a proposed rubric hold: its marks move in the background, and `getRubric` says how far that is. */
export const applyRubric = operation({
  name: "assignments.applyRubric",
  summary: "Puts a proposed rubric in force and moves the marks that were given by the one before.",
  kind: "command",
  input: z.strictObject(proposalFields),
  output: Rubric,
  policy: teachesAssignment,
  refusals: { stale_version: "conflict", rubric_changing: "conflict", no_proposal: "failed_precondition" },
  async handle({ input, actor, tx, enqueue }) {
    const { assignmentId, version } = input;
    const proposal = await requireProposal(tx, input);
    await tx
      .updateTable("rubrics")
      .set({ state: "applying" })
      .where("assignment_id", "=", assignmentId)
      .where("version", "=", version)
      .execute();
    await enqueue(applyRubricJob, { assignmentId, version, by: changedBy(actor) });
    return rubricOf(tx, { ...proposal, row: { ...proposal.row, state: "applying" } });
  },
});
