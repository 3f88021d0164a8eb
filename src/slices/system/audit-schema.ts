/** What is asked of the audit trail, and what it says. All instants are milliseconds UTC. */
import { z } from "zod";
import type { Database } from "#engines/store/port.ts";
import type { AuditEntry as KeptEntry } from "#kernel/audit.ts";
import { invalidField } from "#kernel/errors.ts";
import type { Slice } from "#kernel/slice.ts";
import { nameThings } from "#kernel/things.ts";
import { idField } from "./schema.ts";

const nameLengthMax = 200;
const instant = z.int().nonnegative();
const doorField = z.enum(["http", "grpc", "cli", "internal"]).meta({ id: "AuditDoor" });

/** Spread into the input of reads of the trail: all that are given must fit. */
export const auditFilterFields = {
  actor: z
    .string()
    .max(nameLengthMax)
    .optional()
    .meta({ description: "Only what this actor did: person:<id>, system:<name> or anonymous." }),
  subjectId: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: "Only what was about the person or thing with this id." }),
  operation: z
    .string()
    .max(nameLengthMax)
    .optional()
    .meta({ description: "Only this command, courses.createCourse, or those of a slice: courses." }),
  from: instant.optional().meta({ description: "Only from this moment on." }),
  until: instant.optional().meta({ description: "Only before this moment." }),
  door: doorField.optional().meta({ description: "Only what came in by this way." }),
  outcome: z
    .string()
    .max(nameLengthMax)
    .optional()
    .meta({ description: "Only `done`, only `refused`, or only refusals with this code." }),
} as const;

/** Refuses a time range that holds nothing. */
export function requireRange({
  from,
  until,
}: {
  from?: number | undefined;
  until?: number | undefined;
}): void {
  if (from !== undefined && until !== undefined && until <= from)
    throw invalidField("until", "The end must be after the beginning.");
}

const AuditSubject = z
  .object({
    field: z.string().meta({ description: "How the command calls it: `studentId`." }),
    id: z.string(),
    kind: z.string().nullable().meta({ description: "`person`, `course`, `material`; null when not known." }),
    name: z.string().nullable().meta({ description: "What it is called now; null when it is gone." }),
    courseId: z.string().nullable().meta({ description: "The course that it is in." }),
  })
  .meta({ id: "AuditSubject" });

export const AuditEntry = z
  .object({
    id: idField,
    at: instant,
    actor: z.string().meta({ description: "person:<id>, system:<name> or anonymous." }),
    actorName: z.string().nullable().meta({ description: "The person's name now; null for others." }),
    operation: z.string().meta({ description: "The command: courses.createCourse." }),
    subject: z
      .record(z.string(), z.string())
      .meta({ description: "The ids that the command named, by the name of the field." }),
    about: z.array(AuditSubject).meta({ description: "The same, with what each is called." }),
    outcome: z.string().meta({ description: "done, or the code of the refusal." }),
    requestId: z.string(),
    door: doorField.meta({ description: "The way by which it came in." }),
    address: z.string().nullable().meta({ description: "Where it came from." }),
    agent: z.string().nullable().meta({ description: "What the client called itself." }),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.output<typeof AuditEntry>;

/** Entries with the names of everybody and everything in them. */
export async function namedEntries(
  database: Database,
  slices: readonly Slice[],
  entries: readonly KeptEntry[],
): Promise<AuditEntry[]> {
  const ids = entries.flatMap(({ actor, subject }) =>
    [personIdOf(actor) ?? [], Object.values(subject)].flat(),
  );
  const things = await nameThings(database, slices, ids);
  return entries.map(({ origin, ...entry }) => ({
    ...entry,
    ...origin,
    actorName: things.get(personIdOf(entry.actor) ?? "")?.title ?? null,
    about: Object.entries(entry.subject).map(([field, id]) => {
      const thing = things.get(id);
      return {
        ...{ field, id, kind: thing?.kind ?? null },
        ...{ name: thing?.title ?? null, courseId: thing?.courseId ?? null },
      };
    }),
  }));
}

function personIdOf(actor: string): string | null {
  return actor.startsWith("person:") ? actor.slice("person:".length) : null;
}
