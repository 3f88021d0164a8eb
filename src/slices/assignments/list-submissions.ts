/** The list of submissions: everyone that an assignment is for, and how far they and their graders are. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields } from "#kernel/paging.ts";
import { courseTimeZone } from "#slices/courses/api.ts";
import { assignmentOf, assignmentRow } from "./assignments.ts";
import { searchLengthMax } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { pseudonymKeyOf } from "./pseudonyms.ts";
import { compareEntries, type Entry, fits, rosterOf } from "./roster.ts";
import { RosterCounts, RosterFilter, RosterLine, RosterSort } from "./roster-schema.ts";
import { Assignment, assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

export const rosterFields = {
  filter: RosterFilter.default("all"),
  sort: RosterSort.default("name"),
  search: z
    .string()
    .trim()
    .max(searchLengthMax)
    .default("")
    .meta({ description: "A part of the name, as graders see it." }),
} as const;

/** Lists students, or groups, with the state of their work; those who handed in nothing too. */
export const listSubmissions = operation({
  name: "assignments.listSubmissions",
  summary:
    "Lists everyone an assignment is for, with the state of their work: missing, handed in, graded, released.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField, ...rosterFields, ...pageFields }),
  output: z
    .object({
      assignment: Assignment,
      hidesNames: z.boolean().meta({ description: "Whether names and ids of students are pseudonyms." }),
      counts: RosterCounts,
      matching: z.int().meta({ description: "How many lines the filter and the search leave." }),
      items: z.array(RosterLine),
      nextCursor: z.string().nullable(),
    })
    .meta({ id: "SubmissionList" }),
  policy: teachesAssignment,
  async handle({ input, db, now }) {
    const { filter, sort, search } = input;
    const assignment = await assignmentRow(db, input.assignmentId);
    const all = await rosterOf(db, assignment);
    const matching = all.filter((entry) => fits(entry, filter, search)).sort(compareEntries(sort));
    const from = input.cursor === undefined ? 0 : placeAfter(matching, input.cursor);
    const page = cutPage(
      matching.slice(from, from + input.limit + 1).map((entry, at) => ({ entry, at: from + at })),
      input.limit,
      ({ entry, at }) => [at + 1, entry.line.studentId],
      ({ entry }) => entry.line,
    );
    const timeZone = await courseTimeZone(db, assignment.course_id);
    return {
      assignment: assignmentOf(assignment, { now, timeZone, teaches: true }),
      hidesNames: (await pseudonymKeyOf(db, assignment.id)) !== null,
      counts: countsOf(all),
      matching: matching.length,
      ...page,
    };
  },
});

/** Where the next page begins: after the line that was last, wherever it is now; else where it was. */
function placeAfter(entries: readonly Entry[], cursor: string): number {
  const [at, studentId] = decodeCursor(cursor, ["integer", "text"]);
  const found = entries.findIndex(({ line }) => line.studentId === studentId);
  return found === -1 ? Math.max(0, at) : found + 1;
}

function countsOf(entries: readonly Entry[]): z.output<typeof RosterCounts> {
  const count = (filter: RosterFilter) => entries.filter((entry) => fits(entry, filter, "")).length;
  return {
    all: entries.length,
    work: count("work"),
    toGrade: count("to_grade"),
    graded: count("graded"),
    released: count("released"),
    missing: count("missing"),
    late: count("late"),
    appeals: count("appeal"),
  };
}
