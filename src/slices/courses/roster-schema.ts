/** What imports of a course's members say on the wire, and their limits. */
import { z } from "zod";
import { CourseRole, idField } from "./schema.ts";

export const rosterOutcomes = ["add", "change", "same", "kept", "remove", "unknown", "invalid"] as const;
export type RosterOutcome = (typeof rosterOutcomes)[number];
export const rosterOutcomeField = z.enum(rosterOutcomes).meta({
  id: "RosterOutcome",
  description:
    "What comes of a line; `kept`: what was changed here by hand stays; `unknown`: nobody in the school has the address.",
});

export const rosterStates = ["reading", "ready", "failed", "applying", "done", "cancelled"] as const;
export type RosterState = (typeof rosterStates)[number];

export const rosterImportIdField = idField("the import");

const count = z.int().nonnegative();

export const RosterImport = z
  .object({
    importId: z.string(),
    courseId: z.string(),
    fileName: z.string(),
    state: z.enum(rosterStates).meta({ id: "RosterImportState" }),
    problem: z
      .string()
      .nullable()
      .meta({ description: "Why the file could not be read, or why the import stopped." }),
    ignoredColumns: z.array(z.string()),
    groupSet: z
      .object({ groupSetId: z.string(), name: z.string() })
      .nullable()
      .meta({ id: "RosterGroupSet", description: "The set that the column of groups is about." }),
    removeMissing: z.boolean(),
    rowsRead: count.meta({ description: "Lines so far, while it is being read." }),
    rowsApplied: count.meta({ description: "Lines so far, while it is being applied." }),
    adds: count,
    changes: count,
    same: count,
    kept: count,
    removals: count,
    unknown: count,
    invalid: count,
    newGroups: count.meta({ description: "Groups that the file names and the set does not have yet." }),
    invited: count.meta({ description: "Unknown people who were invited to the school by it." }),
    skipped: count.meta({
      description: "Lines that were not applied, because something had changed meanwhile.",
    }),
    mustConfirm: z
      .boolean()
      .meta({ description: "Whether `applyRoster` wants the number of removals typed." }),
    mayInvite: z.boolean().meta({ description: "Whether you may have the unknown people invited." }),
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
    endedAt: z.int().nullable().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "RosterImport" });
export type RosterImport = z.output<typeof RosterImport>;

export const RosterRow = z
  .object({
    line: z
      .int()
      .nullable()
      .meta({ description: "The line of the file; null for somebody who is not in it." }),
    outcome: rosterOutcomeField,
    personId: z.string().nullable(),
    name: z.string(),
    email: z.string(),
    role: CourseRole.nullable(),
    group: z.string().nullable(),
    reason: z
      .string()
      .nullable()
      .meta({ description: "What changes, what is wrong, or why nothing changes." }),
    skipped: z.string().nullable().meta({ description: "Why the line was not applied after all." }),
  })
  .meta({ id: "RosterRow" });
