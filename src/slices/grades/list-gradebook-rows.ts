/** The lines of a gradebook: each student's marks and total. */
import { z } from "zod";
import type { Database } from "#engines/store/port.ts";
import { pageLimitMax, pageOf } from "#kernel/paging.ts";
import { courseIdField, membersOfCourse, membersOfGroups, studentsSince } from "#slices/courses/api.ts";
import { foldText, peopleByIds } from "#slices/identity/api.ts";
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
    search: z.string().max(100).default("").meta({ description: "Part of a name." }),
    groupId: z.string().max(64).optional().meta({ description: "Only the members of this group." }),
    limit: z.int().min(1).max(pageLimitMax).default(pageLimitMax),
    cursor: z.string().max(64).optional().meta({ description: "The `nextCursor` of the page before." }),
  }),
  output: pageOf(GradebookRow),
  policy: keepsGradebook,
  async handle({ input, db, now }) {
    const { courseId, limit, cursor: after = "", search, groupId } = input;
    const isFiltered = search.trim() !== "" || groupId !== undefined;
    const page = isFiltered
      ? await filteredStudents(db, { courseId, after, limit, search, groupId })
      : await membersOfCourse(db, { courseId, roles: ["student"], after, limit });
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

/** A course has few enough students that those who are looked for are found among all of them. */
async function filteredStudents(
  database: Database,
  {
    courseId,
    after,
    limit,
    search,
    groupId,
  }: {
    readonly courseId: string;
    readonly after: string;
    readonly limit: number;
    readonly search: string;
    readonly groupId: string | undefined;
  },
): Promise<{ readonly personIds: readonly string[]; readonly next: string | null }> {
  const students = await studentsSince(database, courseId);
  const members = groupId === undefined ? null : (await membersOfGroups(database, [groupId])).get(groupId);
  const inGroup = students.filter(({ personId }) => members == null || members.has(personId));
  const people = await peopleByIds(
    database,
    inGroup.map(({ personId }) => personId),
  );
  const wanted = foldText(search.trim());
  const found = inGroup.filter(
    ({ enrolmentId, personId }) =>
      enrolmentId > after && foldText(people.get(personId)?.name ?? "").includes(wanted),
  );
  const shown = found.slice(0, limit);
  return {
    personIds: shown.map(({ personId }) => personId),
    next: found.length > limit ? (shown.at(-1)?.enrolmentId ?? null) : null,
  };
}
