/** The names of the jobs of an import, apart from the jobs, for the operations that want them done. */
import type { JobType } from "#kernel/job.ts";

export const readImportType: JobType<{ importId: string }> = { name: "identity.readPeopleImport" };
export const applyImportType: JobType<{ importId: string }> = { name: "identity.applyPeopleImport" };
