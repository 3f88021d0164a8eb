/** Beginning a parked job anew. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { findJob, requeueJob } from "#kernel/job-admin.ts";
import { denyNotFound, hasRole, refusalOfDecision } from "#kernel/policy.ts";
import { idField, Job, operation } from "./schema.ts";

/** Gives the job all of its attempts again. One that waits or runs is left as it is, so a retry is harmless. */
export const retryJob = operation({
  name: "system.retryJob",
  summary: "Lets a parked or cancelled job begin anew.",
  kind: "command",
  input: z.strictObject({ jobId: idField }),
  output: Job,
  policy: hasRole("admin"),
  refusals: { job_done: "failed_precondition" },
  async handle({ input, tx, now }) {
    const job = await findJob(tx, input.jobId);
    if (job === null) throw refusalOfDecision(denyNotFound("job"));
    if (job.state === "done") throw new Refusal("job_done", "This job is done; it is not done twice.");
    await requeueJob(tx, input.jobId, now);
    return present(await findJob(tx, input.jobId), "the job is still there");
  },
});
