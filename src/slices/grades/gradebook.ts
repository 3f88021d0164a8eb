/** A gradebook as it stands: its scheme, its columns, and a line for each student, put together from a few queries. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import { markedAssignments, markKey, marksOfStudents, type StudentMark } from "#slices/assignments/api.ts";
import type { GradeCell, GradeColumn, GradeTotal, GradingScheme } from "./schema.ts";
import type { GradeCellsTable, GradeColumnsTable, GradesTables, GradingSchemesTable } from "./tables.ts";
import { type Cell, letterOf, type Rules, totalOf } from "./total.ts";

type Db = Kysely<GradesTables>;

export const usualScheme: Pick<GradingSchemesTable, "method" | "missing" | "letters" | "shows_total"> = {
  method: "points",
  missing: "ignored",
  letters: "[]",
  shows_total: 1,
};

export interface Book {
  readonly courseId: string;
  readonly scheme: GradingScheme;
  readonly columns: readonly GradeColumn[];
}

export async function loadBook(db: Db, courseId: string): Promise<Book> {
  const row = await db
    .selectFrom("grading_schemes")
    .selectAll()
    .where("course_id", "=", courseId)
    .executeTakeFirst();
  const categories = await db
    .selectFrom("grade_categories")
    .selectAll()
    .where("course_id", "=", courseId)
    .orderBy("position")
    .execute();
  const said = await db
    .selectFrom("grade_columns")
    .selectAll()
    .where("course_id", "=", courseId)
    .orderBy("id")
    .execute();
  const assignments = await markedAssignments(db, courseId);
  const scheme = row ?? usualScheme;
  const saidOf = new Map(said.map((column) => [column.id, column]));
  return {
    courseId,
    scheme: {
      method: scheme.method,
      missing: scheme.missing,
      letters: lettersOf(scheme.letters).map(({ letter, from }) => ({ letter, from: from / 100 })),
      showsTotal: scheme.shows_total === 1,
      categories: categories.map(({ id, title, weight, drop_lowest }) => ({
        categoryId: id,
        title,
        weight: weight / 100,
        dropLowest: drop_lowest,
      })),
      version: row?.version ?? 1,
    },
    columns: [
      ...assignments.map(({ assignmentId, title, hundredthsMax, dueAt, hidesNames }) => ({
        ...settingsOf(saidOf.get(assignmentId)),
        columnId: assignmentId,
        assignmentId,
        title,
        pointsMax: hundredthsMax / 100,
        dueAt,
        hidesNames,
      })),
      ...said
        .filter(({ assignment_id }) => assignment_id === null)
        .map((column) => ({
          ...settingsOf(column),
          columnId: column.id,
          assignmentId: null,
          title: column.title,
          pointsMax: column.hundredths_max / 100,
          dueAt: null,
          hidesNames: false,
        })),
    ],
  };
}

function settingsOf(
  row: GradeColumnsTable | undefined,
): Pick<GradeColumn, "categoryId" | "posted" | "counts"> {
  return { categoryId: row?.category_id ?? null, posted: row?.posted !== 0, counts: row?.counts !== 0 };
}

function lettersOf(json: string): { letter: string; from: number }[] {
  return JSON.parse(json) as { letter: string; from: number }[];
}

export interface Line {
  readonly cells: readonly GradeCell[];
  readonly total: GradeTotal;
}

/**
 * Who reads: those who teach see all marks; a student their `own` that are released in columns that are posted; and those
 * who teach may look at what a student sees.
 */
export type Reader = "staff" | "own" | "staff_as_student";

/** The line of each of these students, as the reader may see it; the total is of what they see. */
export async function loadLines(
  db: Db,
  book: Book,
  {
    studentIds,
    reader,
    now,
  }: { readonly studentIds: readonly string[]; readonly reader: Reader; readonly now: number },
): Promise<ReadonlyMap<string, Line>> {
  const { courseId } = book;
  const set =
    studentIds.length === 0
      ? []
      : await db
          .selectFrom("grade_cells")
          .selectAll()
          .where("course_id", "=", courseId)
          .where("student_id", "in", studentIds)
          .execute();
  const marks = await marksOfStudents(db, { courseId, studentIds });
  const setOf = new Map(set.map((cell) => [markKey(cell.column_id, cell.student_id), cell]));
  return new Map(
    studentIds.map((studentId) => {
      const columns = book.columns.filter(({ posted }) => reader === "staff" || posted);
      const cells = columns.map((column) => {
        const key = markKey(column.columnId, studentId);
        // Beside a name, those who grade see nothing of what they grade without names.
        const isHidden = reader !== "own" && column.hidesNames;
        return cellOf(column, {
          set: setOf.get(key),
          mark: isHidden ? undefined : marks.get(key),
          reader,
          now: isHidden ? null : now,
        });
      });
      return [studentId, withTotal(book, columns, cells)];
    }),
  );
}

type Unfated = Omit<GradeCell, "fate">;

function cellOf(
  { columnId, assignmentId, dueAt, posted }: GradeColumn,
  known: {
    readonly set: GradeCellsTable | undefined;
    readonly mark: StudentMark | undefined;
    readonly reader: Reader;
    /** Null: nothing may be said of what is missing. */
    readonly now: number | null;
  },
): Unfated {
  const { set, mark, reader, now } = known;
  const isOverride = set !== undefined && set.hundredths !== null;
  const hundredths = set?.hundredths ?? mark?.hundredths ?? null;
  const isReleased = posted && hundredths !== null && (isOverride || mark?.isReleased === true);
  const isSeen = reader === "staff" || isReleased;
  const dueFor = mark?.ownDueAt ?? dueAt;
  const isOverdue = assignmentId !== null && now !== null && dueFor !== null && dueFor < now;
  return {
    columnId,
    points: hundredths === null || !isSeen ? null : hundredths / 100,
    isOverride: isOverride && assignmentId !== null,
    isReleased,
    isMissing: isOverdue && mark?.isHandedIn !== true && hundredths === null,
    isExcused: set?.excused === 1,
    version: set?.version ?? 1,
  };
}

function withTotal({ scheme }: Book, columns: readonly GradeColumn[], cells: readonly Unfated[]): Line {
  const columnOf = new Map(columns.map((column) => [column.columnId, column]));
  const rules: Rules = {
    method: scheme.method,
    missing: scheme.missing,
    categories: scheme.categories.map(({ categoryId, weight, dropLowest }) => ({
      categoryId,
      weight: Math.round(weight * 100),
      dropLowest,
    })),
  };
  const counting = cells.flatMap((cell): Cell[] => {
    const column = present(columnOf.get(cell.columnId), "a cell stands in a column");
    if (!column.counts) return [];
    return [
      {
        columnId: cell.columnId,
        categoryId: column.categoryId,
        hundredthsMax: Math.round(column.pointsMax * 100),
        hundredths: cell.points === null ? null : Math.round(cell.points * 100),
        isExcused: cell.isExcused,
        isMissing: cell.isMissing,
      },
    ];
  });
  const total = totalOf(rules, counting);
  const letters = scheme.letters.map(({ letter, from }) => ({ letter, from: Math.round(from * 100) }));
  return {
    cells: cells.map((cell) => ({ ...cell, fate: total.fates.get(cell.columnId) ?? "left_out" })),
    total: {
      percent: total.percent === null ? null : total.percent / 100,
      letter: letterOf(total.percent, letters),
      categories: total.categories.map(({ categoryId, hundredths, hundredthsMax, percent, share }) => ({
        categoryId,
        points: hundredths / 100,
        pointsMax: hundredthsMax / 100,
        percent: percent === null ? null : percent / 100,
        share: share / 100,
      })),
    },
  };
}
