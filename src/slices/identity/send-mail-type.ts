/** The name of the job that sends a mail, apart from the job: what it sends needs to put mails on their way itself. */
import type { JobType } from "#kernel/job.ts";

export const sendMailType: JobType<{ mailId: string }> = { name: "identity.sendMail" };
