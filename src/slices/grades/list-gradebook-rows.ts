/** The lines of a gradebook: each student's marks and total. */
import { z } from "zod";
import { pageLimitMax, pageOf } from "#kernel/paging.ts";
import { courseIdField, membersOfCourse } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { loadBook, loadLines } from "./gradebook.ts";
import { keepsGradebook } from "./policy.ts";
import { GradebookRow } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the students of a course with their marks, in the order in which they came. */
export const listGradebookRows = operation({
  name: "grades.listGradebookRows",
  summary: "Lists the students of a course with their marks and totals.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    limit: z.int().min(1).max(pageLimitMax).default(pageLimitMax),
    cursor: z.string().max(64).optional().meta({ description: "The `nextCursor` of the page before." }),
  }),
  output: pageOf(GradebookRow),
  policy: keepsGradebook,
  async handle({ input, db, now }) {
    const { courseId, limit, cursor = "" } = input;
    const page = await membersOfCourse(db, { courseId, roles: ["student"], after: cursor, limit });
    const people = await peopleByIds(db, page.personIds);
    const book = await loadBook(db, courseId);
    const lines = await loadLines(db, book, { studentIds: page.personIds, reader: "staff", now });
    return {
      items: page.personIds.flatMap((personId) => {
        const line = lines.get(personId);
        if (line === undefined) return [];
        const student = { personId, name: people.get(personId)?.name ?? "" };
        return [{ student, cells: [...line.cells], total: line.total }];
      }),
      nextCursor: page.next,
    };
  },
});
