/** The nouns of the system slice. All instants are milliseconds UTC. */
import { z } from "zod";
import { jobStates } from "#kernel/job-admin.ts";
import { operationFor } from "#kernel/operation.ts";

/** Operations over no tables of their own: jobs and audit entries are the kernel's. */
export const operation = operationFor<Record<never, never>>();

const instant = z.int().nonnegative();

export const idField = z.uuid().meta({ description: "An id, as another operation gave it." });
export const jobStateField = z.enum(jobStates).meta({ id: "JobState", description: "Where the job stands." });

export const Job = z
  .object({
    id: idField,
    name: z.string().meta({ description: "What it does: materials.readPdf." }),
    state: jobStateField,
    attempt: z.int().nonnegative().meta({ description: "How many times it has been begun." }),
    dueAt: instant.meta({ description: "It is not begun before." }),
    reason: z.string().nullable().meta({ description: "Why its last attempt failed; null when none did." }),
    createdAt: instant,
    finishedAt: instant.nullable().meta({ description: "When it was done, parked or cancelled." }),
  })
  .meta({ id: "Job" });
