/** How far the students of a course are, those who have fallen behind first. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { workOfCourse } from "#slices/assignments/api.ts";
import { courseIdField, membersOfGroups, studentsSince } from "#slices/courses/api.ts";
import { excusedIn, totalsOfStudents } from "#slices/grades/api.ts";
import { foldText, peopleByIds } from "#slices/identity/api.ts";
import { readingOfCourse } from "#slices/materials/api.ts";
import { lastAsked } from "#slices/queries/api.ts";
import { medianShare, reasonsOf, weightOf } from "./behind.ts";
import { withPercent } from "./counting.ts";
import { seesEverybodysProgress } from "./policy.ts";
import { ProgressFilter, ProgressSort, StudentProgress } from "./schema.ts";
import { operation, type ProgressTables } from "./tables.ts";

type Db = Kysely<ProgressTables>;
type Student = Omit<StudentProgress, "totalPercent"> & { readonly nameKey: string };

/**
 * Lists students with what they have read and handed in. Who has fallen behind is found over the whole course, so that
 * any order and filter is right on every page; it takes about a dozen queries, however many students there are. Totals are
 * made for one page, or for everybody where they are what it is sorted by.
 */
export const listStudentProgress = operation({
  name: "progress.listStudentProgress",
  summary:
    "Lists the students of a course with what they have read and handed in, who has fallen behind first.",
  kind: "read",
  cost: "heavy",
  input: z.strictObject({
    courseId: courseIdField,
    filter: ProgressFilter.default("all"),
    sort: ProgressSort.default("behind"),
    search: z.string().max(100).default("").meta({ description: "Part of a name." }),
    groupId: z.string().max(64).optional().meta({ description: "Only the members of this group." }),
    ...pageFields,
  }),
  output: pageOf(StudentProgress).extend({
    students: z.int().meta({ description: "Students of the course." }),
    behind: z.int().meta({ description: "How many of them have fallen behind." }),
    unnamed: z.int().meta({ description: "Assignments that are graded without names, and left out here." }),
  }),
  policy: seesEverybodysProgress,
  async handle({ input, db, now }) {
    const { courseId, filter, sort, limit } = input;
    const { all, unnamed } = await everybody(db, courseId, now);
    const search = foldText(input.search.trim());
    const members =
      input.groupId === undefined ? null : (await membersOfGroups(db, [input.groupId])).get(input.groupId);
    const wanted = all.filter(
      (one) =>
        fits(one, filter) &&
        one.nameKey.includes(search) &&
        (members == null || members.has(one.student.personId)),
    );
    const totalsFor = (students: readonly Student[]) =>
      totalsOfStudents(db, { courseId, now, studentIds: students.map((one) => one.student.personId) });
    const sortTotals = sort === "total" ? await totalsFor(wanted) : new Map<string, number | null>();
    const keyed = wanted
      .map((one) => ({ one, key: keyOf(one, sort, sortTotals) }))
      .sort((a, b) =>
        compare(
          [a.key, a.one.nameKey, a.one.student.personId],
          [b.key, b.one.nameKey, b.one.student.personId],
        ),
      );
    const after = input.cursor === undefined ? null : decodeCursor(input.cursor, ["integer", "text", "text"]);
    const rest =
      after === null
        ? keyed
        : keyed.filter(({ one, key }) => compare([key, one.nameKey, one.student.personId], after) > 0);
    const page = cutPage(
      rest.slice(0, limit + 1),
      limit,
      ({ one, key }) => [key, one.nameKey, one.student.personId],
      ({ one }) => one,
    );
    const totals = sort === "total" ? sortTotals : await totalsFor(page.items);
    return {
      items: page.items.map(({ nameKey: _, ...one }) => ({
        ...one,
        totalPercent: totals.get(one.student.personId) ?? null,
      })),
      nextCursor: page.nextCursor,
      students: all.length,
      behind: all.filter(({ reasons }) => reasons.length > 0).length,
      unnamed,
    };
  },
});

/** Every student of the course, with why each has fallen behind. */
async function everybody(
  db: Db,
  courseId: string,
  now: number,
): Promise<{ readonly all: readonly Student[]; readonly unnamed: number }> {
  const students = await studentsSince(db, courseId);
  const studentIds = students.map(({ personId }) => personId);
  const people = await peopleByIds(db, studentIds);
  const reading = await readingOfCourse(db, { courseId, studentIds, now });
  const excused = await excusedIn(db, courseId);
  const { students: work, unnamed } = await workOfCourse(db, { courseId, studentIds, excused, now });
  const asked = await lastAsked(db, courseId);
  const facts = students.map(({ personId, since }) => {
    const read = reading.get(personId);
    const done = work.get(personId);
    const moments = [read?.lastOpenedAt, done?.lastHandedInAt, asked.get(personId)].filter(
      (at) => at != null,
    );
    return {
      personId,
      since,
      count: withPercent({
        read: read?.read ?? 0,
        materials: read?.expected ?? 0,
        handedIn: done?.handedIn ?? 0,
        assignments: done?.expected ?? 0,
      }),
      late: done?.late ?? 0,
      missing: done?.missing ?? 0,
      due: done?.due ?? 0,
      lastActiveAt: moments.length === 0 ? null : Math.max(...moments),
    };
  });
  const course = {
    now,
    hasContents: facts.some(({ count }) => count.materials + count.assignments > 0),
    medianShare: medianShare(facts),
  };
  const all = facts.map((one) => {
    const { personId, count, late, missing, lastActiveAt } = one;
    const name = people.get(personId)?.name ?? "";
    const student = { personId, name };
    return {
      student,
      count,
      late,
      missing,
      lastActiveAt,
      reasons: reasonsOf(one, course),
      nameKey: foldText(name),
    };
  });
  return { all, unnamed };
}

function fits({ reasons, missing }: Student, filter: ProgressFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "behind":
      return reasons.length > 0;
    case "missing":
      return missing > 0;
    case "inactive":
      return reasons.some(({ kind }) => kind === "inactive");
  }
}

/** Ascending: the most pressing has the smallest. */
function keyOf(one: Student, sort: ProgressSort, totals: ReadonlyMap<string, number | null>): number {
  const { count } = one;
  const share = (done: number, all: number) => (all === 0 ? 0 : Math.floor((10_000 * done) / all));
  switch (sort) {
    case "behind":
      return -weightOf(one);
    case "name":
      return 0;
    case "read":
      return share(count.read, count.materials);
    case "handed_in":
      return share(count.handedIn, count.assignments);
    case "missing":
      return -one.missing;
    case "late":
      return -one.late;
    case "active":
      return one.lastActiveAt ?? 0;
    case "total":
      return Math.round((totals.get(one.student.personId) ?? -1) * 100);
  }
}

type Key = readonly [number, string, string];

function compare(one: Key, other: Key): number {
  for (const [at, value] of one.entries()) {
    const against = other[at];
    if (against !== undefined && value !== against) return value < against ? -1 : 1;
  }
  return 0;
}
