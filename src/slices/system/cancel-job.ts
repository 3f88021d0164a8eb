/** Taking a job out of the queue. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { findJob, withdrawJob } from "#kernel/job-admin.ts";
import { denyNotFound, hasRole, refusalOfDecision } from "#kernel/policy.ts";
import { idField, Job, operation } from "./schema.ts";

/** A job that runs is told to stop, and whatever it comes to is not kept. */
export const cancelJob = operation({
  name: "system.cancelJob",
  summary: "Cancels a job that waits, runs or is parked.",
  kind: "command",
  input: z.strictObject({ jobId: idField }),
  output: Job,
  policy: hasRole("admin"),
  refusals: { job_done: "failed_precondition" },
  async handle({ input, tx, now }) {
    const job = await findJob(tx, input.jobId);
    if (job === null) throw refusalOfDecision(denyNotFound("job"));
    if (job.state === "done") throw new Refusal("job_done", "This job is done already.");
    await withdrawJob(tx, input.jobId, now);
    return present(await findJob(tx, input.jobId), "the job is still there");
  },
});
