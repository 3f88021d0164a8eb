/** Everyone an assignment is for, with what they handed in and how far its grading is: counted, in pages, and around one. */
import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import { courseStudents } from "#slices/courses/api.ts";
import { foldText, namesQuery } from "#slices/identity/api.ts";
import { fromHundredths } from "./points.ts";
import { type NameView, nameView, pseudonymKeyOf, pseudonymOf } from "./pseudonyms.ts";
import { rosterLines, type StatedRow } from "./roster-query.ts";
import type { RosterCounts, RosterFilter, RosterLine, RosterSort, RosterState } from "./roster-schema.ts";
import type { AssignmentsTable, AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

/** Which lines are asked for, and in which order. */
export interface RosterWish {
  readonly filter: RosterFilter;
  readonly sort: RosterSort;
  readonly search: string;
}

/** Where a line stands in its order; pages and neighbours go on from here. */
export type RosterPlace = readonly [sortKey: number, nameKey: string, lineKey: string];

export interface PlacedLine {
  readonly line: RosterLine;
  /** The true id, which graders may not see. */
  readonly studentId: string;
  readonly place: RosterPlace;
}

interface NamedRow extends StatedRow {
  readonly sortKey: number;
  readonly nameKey: string;
  readonly searchKey: string;
  readonly lineKey: string;
}

type Lines = SelectQueryBuilder<{ lines: NamedRow }, "lines", NamedRow>;

const states: readonly RosterState[] = [
  "handed_in",
  "one_mark",
  "to_agree",
  "graded",
  "released",
  "draft",
  "withdrawn",
  "missing",
];
const toGrade: readonly RosterState[] = ["handed_in", "one_mark", "to_agree"];
const work: readonly RosterState[] = [...toGrade, "graded", "released"];

/** The states that a filter leaves. */
function statesFor(filter: Exclude<RosterFilter, "all" | "late" | "appeal">): readonly RosterState[] {
  if (filter === "work") return work;
  return filter === "to_grade" ? toGrade : [filter];
}

/** How many lines there are of each kind, whatever is shown of them. */
export async function rosterCounts(
  db: Db,
  assignment: AssignmentsTable,
): Promise<RosterCounts & { readonly of: (filter: RosterFilter) => number }> {
  const rows = await db
    .selectFrom(rosterLines(db, assignment).as("lines"))
    .select(({ fn }) => [
      "state",
      fn.countAll<number>().as("count"),
      fn.sum<number>("isLate").as("late"),
      fn.sum<number>("hasAppeal").as("appeals"),
    ])
    .groupBy("state")
    .execute();
  const sum = (of: "count" | "late" | "appeals", among: readonly RosterState[] = states) =>
    rows.filter(({ state }) => among.includes(state)).reduce((total, row) => total + Number(row[of]), 0);
  const of = (filter: RosterFilter): number => {
    if (filter === "all") return sum("count");
    if (filter === "late") return sum("late");
    if (filter === "appeal") return sum("appeals");
    return sum("count", statesFor(filter));
  };
  return {
    all: of("all"),
    work: of("work"),
    toGrade: of("to_grade"),
    graded: of("graded"),
    released: of("released"),
    missing: of("missing"),
    late: of("late"),
    appeals: of("appeal"),
    of,
  };
}

/** The lines that are asked for, after `after`, in their order. */
export async function rosterPage(
  db: Db,
  assignment: AssignmentsTable,
  {
    after,
    limit,
    onlyWork = false,
    ...wish
  }: RosterWish & {
    readonly after: RosterPlace | null;
    readonly limit: number | null;
    /** Leaves out who handed in nothing that stands, whatever the filter. */
    readonly onlyWork?: boolean;
  },
): Promise<PlacedLine[]> {
  let select = filtered(await namedLines(db, assignment, wish.sort), wish);
  if (onlyWork) select = select.where("state", "in", work);
  if (after !== null) select = beyond(select, after);
  select = inOrder(select);
  const rows = await (limit === null ? select : select.limit(limit)).execute();
  return placed(db, assignment, rows);
}

/** How many lines the wish leaves. */
export async function rosterMatching(
  db: Db,
  assignment: AssignmentsTable,
  wish: RosterWish,
): Promise<number> {
  const select = filtered(await namedLines(db, assignment, wish.sort), wish);
  const { count } = await select
    .clearSelect()
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export interface Neighbours {
  /** From 1; 0 where the wish leaves the work out. */
  readonly place: number;
  readonly count: number;
  readonly previousSubmissionId: string | null;
  readonly nextSubmissionId: string | null;
}

/** What comes before and after a piece of work among the work that the wish leaves. */
export async function neighboursOf(
  db: Db,
  assignment: AssignmentsTable,
  submissionId: string,
  wish: RosterWish,
): Promise<Neighbours> {
  const named = await namedLines(db, assignment, wish.sort);
  const there = filtered(named, wish).where("submissionId", "is not", null);
  const inLine = there.clearSelect().select(({ fn }) => [
    "submissionId",
    fn
      .agg<number>("row_number")
      .over((over) => over.orderBy("sortKey").orderBy("nameKey").orderBy("lineKey"))
      .as("place"),
    fn.countAll<number>().over().as("count"),
    fn
      .agg<string | null>("lag", ["submissionId"])
      .over((over) => over.orderBy("sortKey").orderBy("nameKey").orderBy("lineKey"))
      .as("previousSubmissionId"),
    fn
      .agg<string | null>("lead", ["submissionId"])
      .over((over) => over.orderBy("sortKey").orderBy("nameKey").orderBy("lineKey"))
      .as("nextSubmissionId"),
  ]);
  const found = await db
    .selectFrom(inLine.as("inLine"))
    .selectAll()
    .where("submissionId", "=", submissionId)
    .executeTakeFirst();
  if (found !== undefined) {
    const { place, count, previousSubmissionId, nextSubmissionId } = found;
    return { place: Number(place), count: Number(count), previousSubmissionId, nextSubmissionId };
  }
  // What is left out, because it was just graded, leads on to those that still wait: after it, then before it.
  const own = await named.where("submissionId", "=", submissionId).executeTakeFirstOrThrow();
  const first = async (select: Lines) =>
    (await inOrder(select).limit(1).executeTakeFirst())?.submissionId ?? null;
  return {
    place: 0,
    count: await rosterMatching(db, assignment, wish),
    previousSubmissionId: null,
    nextSubmissionId: (await first(beyond(there, placeOf(own)))) ?? (await first(there)),
  };
}

/** The lines with what they are sorted by and searched in: as graders see people, which may be by pseudonyms. */
async function namedLines(db: Db, assignment: AssignmentsTable, sort: RosterSort): Promise<Lines> {
  const key = await pseudonymKeyOf(db, assignment.id);
  const names = key === null ? namesQuery(db) : pseudonymsQuery(db, await everybodysIds(db, assignment), key);
  const named = db
    .selectFrom(rosterLines(db, assignment).as("stated"))
    .leftJoin(names.as("names"), "names.personId", "stated.studentId")
    .selectAll("stated")
    .select([
      sortKeys[sort].as("sortKey"),
      sql<string>`coalesce("names"."nameKey", '')`.as("nameKey"),
      sql<string>`coalesce("names"."searchKey", '')`.as("searchKey"),
      sql<string>`coalesce("stated"."submissionId", "names"."shownId", '')`.as("lineKey"),
    ]);
  return db.selectFrom(named.as("lines")).selectAll("lines") as unknown as Lines;
}

const last = sql.lit(Number.MAX_SAFE_INTEGER);
const sortKeys = {
  name: sql<number>`0`,
  state: sql<number>`case "stated"."state" ${sql.join(
    states.map((state, at) => sql`when ${sql.lit(state)} then ${sql.lit(at)}`),
    sql` `,
  )} end`,
  received: sql<number>`coalesce("stated"."receivedAt", ${last})`,
  // The most first, and last who has none.
  points: sql<number>`coalesce(-"stated"."hundredths", ${last})`,
} as const satisfies Record<RosterSort, unknown>;

/** Everybody who can have a line. */
async function everybodysIds(db: Db, assignment: AssignmentsTable): Promise<readonly string[]> {
  const students = await courseStudents(db, assignment.course_id);
  const work = await db
    .selectFrom("submissions")
    .select("student_id")
    .where("assignment_id", "=", assignment.id)
    .execute();
  return [
    ...new Set([...students.map(({ personId }) => personId), ...work.map(({ student_id }) => student_id)]),
  ];
}

/** Pseudonyms in the place of `namesQuery`: no engine can make them, so they are handed to it. */
function pseudonymsQuery(db: Db, studentIds: readonly string[], key: string) {
  const rows = studentIds.map((studentId) => {
    const { id, name } = pseudonymOf(key, studentId);
    return sql`(${studentId}, ${id}, ${foldText(name)})`;
  });
  // Both engines call the columns of a list of values so. It is never empty.
  const values = sql<{
    column1: string;
    column2: string;
    column3: string;
  }>`(values ${sql.join([...rows, sql`('', '', '')`])})`;
  return db
    .selectFrom(values.as("pseudonyms"))
    .select(["column1 as personId", "column2 as shownId", "column3 as nameKey", "column3 as searchKey"]);
}

function filtered(select: Lines, { filter, search }: RosterWish): Lines {
  const found =
    search === ""
      ? select
      : select.where("searchKey", "like", sql<string>`${`%${escaped(foldText(search))}%`} escape '\\'`);
  switch (filter) {
    case "all":
      return found;
    case "late":
      return found.where("isLate", "=", 1);
    case "appeal":
      return found.where("hasAppeal", "=", 1);
    default:
      return found.where("state", "in", statesFor(filter));
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}

function placeOf(row: NamedRow): RosterPlace {
  return [Number(row.sortKey), row.nameKey, row.lineKey];
}

/** The lines after a place. */
function beyond(select: Lines, [sortKey, key, lineKey]: RosterPlace): Lines {
  return select.where((each) =>
    each.or([
      each("sortKey", ">", sortKey),
      each.and([each("sortKey", "=", sortKey), each("nameKey", ">", key)]),
      each.and([each("sortKey", "=", sortKey), each("nameKey", "=", key), each("lineKey", ">", lineKey)]),
    ]),
  );
}

function inOrder(select: Lines): Lines {
  return select.orderBy("sortKey").orderBy("nameKey").orderBy("lineKey");
}

async function placed(
  db: Db,
  assignment: AssignmentsTable,
  rows: readonly NamedRow[],
): Promise<PlacedLine[]> {
  const names = await nameView(
    db,
    assignment.id,
    rows.map(({ studentId }) => studentId),
  );
  const pointsMax = fromHundredths(assignment.points_max_hundredths);
  return rows.map((row) => ({
    line: lineOf(row, names, pointsMax),
    studentId: row.studentId,
    place: placeOf(row),
  }));
}

function lineOf(row: NamedRow, names: NameView, pointsMax: number): RosterLine {
  const hundredths = row.hundredths === null ? null : Number(row.hundredths);
  return {
    studentId: names.idOf(row.studentId),
    studentName: names.nameOf(row.studentId),
    submissionId: row.submissionId,
    state: row.state,
    isLate: Number(row.isLate) === 1,
    isRegrade: row.gradeAttempt !== null && Number(row.gradeAttempt) < Number(row.attempt),
    hasAppeal: Number(row.hasAppeal) === 1,
    isEnrolled: Number(row.isEnrolled) === 1,
    members: Number(row.members),
    attempt: Number(row.attempt),
    receivedAt: row.receivedAt === null ? null : Number(row.receivedAt),
    points: hundredths === null ? null : fromHundredths(hundredths),
    pointsMax,
  };
}
