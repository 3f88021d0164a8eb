/** The assignments of a course, with where one stands or the work at a glance. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf } from "#kernel/policy.ts";
import { courseIdField, courseTimeZone, loadStanding, studies, teaches } from "#slices/courses/api.ts";
import { assignmentOf } from "./assignments.ts";
import { takesPartInCourse } from "./policy.ts";
import { Assignment, AssignmentFilter, AssignmentSort, type WorkState } from "./schema.ts";
import { type AssignmentsTables, operation } from "./tables.ts";
import { type AssignmentFacts, countsOf, factColumns, statesOf } from "./work-states.ts";

/**
 * Lists a course's assignments: all to those who teach, with counts; to students the published ones, with where they
 * stand. A course has few enough of them that order and filter are found over all of it; texts are read for one page.
 */
export const listAssignments = operation({
  name: "assignments.listAssignments",
  summary: "Lists the assignments of a course with where you stand, or with the work at a glance.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    filter: AssignmentFilter.default("all"),
    sort: AssignmentSort.default("due"),
    ...pageFields,
  }),
  output: pageOf(Assignment),
  policy: takesPartInCourse,
  async handle({ input, actor, db, now }) {
    const { courseId, filter } = input;
    const standing = await loadStanding(db, actor, courseId);
    const isTeacher = teaches(standing);
    const timeZone = await courseTimeZone(db, courseId);
    const all = await factsOf(db, courseId, isTeacher);
    const statesFor = async (rows: readonly AssignmentFacts[]) =>
      studies(standing)
        ? statesOf(db, rows, { courseId, personId: personOf(actor).personId, now })
        : new Map<string, never>();
    const countsFor = async (rows: readonly AssignmentFacts[]) =>
      isTeacher ? countsOf(db, courseId, rows, now) : new Map<string, never>();
    let fits = all;
    if (filter === "unpublished") fits = all.filter(({ published }) => published === 0);
    else if (filter === "to_grade") {
      const counts = await countsFor(all);
      fits = all.filter(({ id }) => (counts.get(id)?.toGrade ?? 0) > 0);
    } else if (filter !== "all") {
      const states = await statesFor(all);
      fits = all.filter(({ id }) => statesOfFilter[filter].includes(states.get(id)?.state ?? "to_do"));
    }
    const keyed = fits
      .map((row) => ({ row, key: keyOf(row, input.sort) }))
      .sort((one, other) => compare(one, other));
    const page = cutPage(
      after(keyed, input).slice(0, input.limit + 1),
      input.limit,
      ({ row, key }) => [key, row.id],
      ({ row }) => row,
    );
    const states = await statesFor(page.items);
    const counts = await countsFor(page.items);
    const texts = await instructionsOf(db, page.items);
    return {
      items: page.items.map((row) => ({
        ...assignmentOf(
          { ...row, instructions: texts.get(row.id) ?? "" },
          { now, timeZone, teaches: isTeacher },
        ),
        mine: states.get(row.id) ?? null,
        counts: counts.get(row.id) ?? null,
      })),
      nextCursor: page.nextCursor,
    };
  },
});

const statesOfFilter: Readonly<Record<"to_do" | "handed_in" | "graded" | "missing", readonly WorkState[]>> = {
  to_do: ["to_do", "draft", "missing"],
  handed_in: ["handed_in", "late"],
  graded: ["graded"],
  missing: ["missing"],
};

/** Every assignment that may be listed, without its text. */
async function factsOf(
  db: Kysely<AssignmentsTables>,
  courseId: string,
  isTeacher: boolean,
): Promise<AssignmentFacts[]> {
  const select = db.selectFrom("assignments").select(factColumns).where("course_id", "=", courseId);
  return isTeacher ? select.execute() : select.where("published", "=", 1).execute();
}

async function instructionsOf(db: Kysely<AssignmentsTables>, rows: readonly AssignmentFacts[]) {
  if (rows.length === 0) return new Map<string, string>();
  const ids = rows.map(({ id }) => id);
  const texts = await db
    .selectFrom("assignments")
    .select(["id", "instructions"])
    .where("id", "in", ids)
    .execute();
  return new Map(texts.map(({ id, instructions }) => [id, instructions]));
}

type Sort = z.output<typeof AssignmentSort>;
interface Keyed {
  readonly row: AssignmentFacts;
  readonly key: string | number;
}

function keyOf(row: AssignmentFacts, sort: Sort): string | number {
  if (sort === "title") return row.title.toLocaleLowerCase("en");
  return sort === "due" ? row.due_key : -row.created_at;
}

/** By the key, then by age: ids grow. */
function compare(one: Keyed, other: Keyed): number {
  if (one.key !== other.key) return one.key < other.key ? -1 : 1;
  return one.row.id < other.row.id ? -1 : one.row.id > other.row.id ? 1 : 0;
}

function after(
  keyed: readonly Keyed[],
  { cursor, sort }: { readonly cursor?: string | undefined; readonly sort: Sort },
): readonly Keyed[] {
  if (cursor === undefined) return keyed;
  const [key, id] = decodeCursor(cursor, [sort === "title" ? "text" : "integer", "text"]);
  return keyed.filter((each) => each.key > key || (each.key === key && each.row.id > id));
}
