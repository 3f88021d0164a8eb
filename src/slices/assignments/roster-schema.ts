/** The list of submissions on the wire. */
import { z } from "zod";

export const RosterState = z
  .enum(["missing", "draft", "withdrawn", "handed_in", "one_mark", "to_agree", "graded", "released"])
  .meta({
    id: "RosterState",
    description:
      "How far the work is. `one_mark` and `to_agree` where two mark; `graded` is private, `released` the student sees.",
  });
export type RosterState = z.output<typeof RosterState>;

export const RosterFilter = z
  .enum([
    "all",
    "work",
    "to_grade",
    "late",
    "appeal",
    "missing",
    "draft",
    "withdrawn",
    "handed_in",
    "one_mark",
    "to_agree",
    "graded",
    "released",
  ])
  .meta({
    id: "RosterFilter",
    description: "`work`: all that is handed in. `to_grade`: what waits for a mark.",
  });
export type RosterFilter = z.output<typeof RosterFilter>;

export const RosterSort = z.enum(["name", "state", "received", "points"]).meta({ id: "RosterSort" });
export type RosterSort = z.output<typeof RosterSort>;

export const RosterLine = z
  .object({
    studentId: z.string(),
    studentName: z.string(),
    submissionId: z.string().nullable().meta({ description: "Null before anything was handed in." }),
    state: RosterState,
    isLate: z.boolean(),
    isRegrade: z
      .boolean()
      .meta({ description: "Whether an earlier attempt was graded, and a newer one came." }),
    hasAppeal: z.boolean().meta({ description: "Whether an appeal waits for an answer." }),
    isEnrolled: z.boolean().meta({ description: "False for the work of somebody who has left the course." }),
    members: z.int().meta({ description: "How many people the work counts for." }),
    attempt: z.int(),
    receivedAt: z.int().nullable().meta({ description: "Milliseconds UTC." }),
    points: z.number().nullable(),
    pointsMax: z.number(),
  })
  .meta({ id: "RosterLine" });
export type RosterLine = z.output<typeof RosterLine>;

export const RosterCounts = z
  .object({
    all: z.int(),
    work: z.int(),
    toGrade: z.int(),
    graded: z.int(),
    released: z.int(),
    missing: z.int(),
    late: z.int(),
    appeals: z.int(),
  })
  .meta({ id: "RosterCounts" });
export type RosterCounts = z.output<typeof RosterCounts>;
