/** The job that reads an office document, by its name: what asks for it need not know how it is done. */
import type { JobType } from "#kernel/job.ts";

export const readDocumentType: JobType<{ sha256: string }> = { name: "materials.readDocument" };
