/** The names of the jobs of an import, apart from the jobs, for the operations that want them done. */
import type { JobType } from "#kernel/job.ts";

export const readRosterType: JobType<{ importId: string }> = { name: "courses.readRoster" };
export const applyRosterType: JobType<{ importId: string }> = { name: "courses.applyRoster" };
