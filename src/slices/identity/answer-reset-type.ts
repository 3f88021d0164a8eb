/** The name of the job that answers a request for a new password. */
import type { JobType } from "#kernel/job.ts";

export const answerResetType: JobType<{ requestId: string }> = { name: "identity.answerPasswordReset" };
