/** The list of submissions: everyone that an assignment is for, and how far they and their graders are. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields } from "#kernel/paging.ts";
import { courseTimeZone } from "#slices/courses/api.ts";
import { assignmentOf, assignmentRow } from "./assignments.ts";
import { searchLengthMax } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { pseudonymKeyOf } from "./pseudonyms.ts";
import { rosterCounts, rosterMatching, rosterPage } from "./roster.ts";
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
    .meta({ description: "A part of the name or address; of the pseudonym where names are hidden." }),
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
    const { filter, sort, search, limit } = input;
    const wish = { filter, sort, search };
    const assignment = await assignmentRow(db, input.assignmentId);
    const after = input.cursor === undefined ? null : decodeCursor(input.cursor, ["integer", "text", "text"]);
    const { of, ...counts } = await rosterCounts(db, assignment);
    const page = cutPage(
      await rosterPage(db, assignment, { ...wish, after, limit: limit + 1 }),
      limit,
      ({ place }) => place,
      ({ line }) => line,
    );
    const timeZone = await courseTimeZone(db, assignment.course_id);
    return {
      assignment: assignmentOf(assignment, { now, timeZone, teaches: true }),
      hidesNames: (await pseudonymKeyOf(db, assignment.id)) !== null,
      counts,
      matching: search === "" ? of(filter) : await rosterMatching(db, assignment, wish),
      ...page,
    };
  },
});
