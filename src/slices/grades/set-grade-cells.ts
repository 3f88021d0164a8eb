/** Marking in the gradebook itself, and excusing. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { changedBy, courseIdField } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { type Book, loadBook, loadLines } from "./gradebook.ts";
import { keepsGradebook } from "./policy.ts";
import {
  cellsPerCallMax,
  columnIdField,
  GradeCell,
  pointsField,
  reasonLengthMax,
  studentIdField,
} from "./schema.ts";
import { requireStudent } from "./students.ts";
import { type GradeCellsTable, type GradesTables, operation } from "./tables.ts";
import { writeCell } from "./write-cell.ts";

const CellWish = z
  .strictObject({
    columnId: columnIdField,
    studentId: studentIdField,
    version: z
      .int()
      .min(1)
      .meta({ description: "The cell's version that you saw; 1 for one never set here." }),
    points: pointsField
      .nullable()
      .meta({ description: "Null: none; for an assignment, its own grade holds again." }),
    excused: z.boolean().meta({ description: "Whether it does not count for this student." }),
  })
  .meta({ id: "GradeCellWish" });

/** Sets cells, all of them or none: each only if nobody has changed it since it was seen. */
export const setGradeCells = operation({
  name: "grades.setGradeCells",
  summary: "Sets marks in the gradebook, or excuses students from a column.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    cells: z.array(CellWish).min(1).max(cellsPerCallMax),
    reason: z.string().max(reasonLengthMax).default("").meta({ description: "Why; kept with the history." }),
  }),
  output: z.object({
    cells: z.array(GradeCell.extend({ studentId: z.string() })).meta({ description: "As they are now." }),
  }),
  policy: keepsGradebook,
  refusals: { stale_version: "conflict" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const { courseId, cells, reason } = input;
    const book = await loadBook(tx, courseId);
    requireDistinct(cells);
    for (const studentId of new Set(cells.map((cell) => cell.studentId)))
      await requireStudent(tx, courseId, studentId);
    for (const [at, wish] of cells.entries()) {
      requirePoints(book, wish, at);
      const before = await cellAt(tx, wish);
      if ((before?.version ?? 1) !== wish.version) throw await changedMeanwhile(tx, book, wish);
      const after = {
        hundredths: wish.points === null ? null : Math.round(wish.points * 100),
        excused: wish.excused ? 1 : 0,
      } as const;
      await writeCell(
        { tx, now, newId, emit },
        {
          courseId,
          ...{ columnId: wish.columnId, studentId: wish.studentId, before, after },
          reason: reason.trim(),
          by: changedBy(actor),
          importId: null,
        },
      );
    }
    return { cells: await cellsNow(tx, book, cells, now) };
  },
});

type Wish = z.output<typeof CellWish>;

function requireDistinct(cells: readonly Wish[]): void {
  const keys = cells.map(({ columnId, studentId }) => `${columnId} ${studentId}`);
  if (new Set(keys).size < keys.length) throw invalidField("cells", "A cell may stand here once.");
}

/** Points may lie above a column's, as extra; far above, somebody has mistyped. */
function requirePoints({ columns }: Book, { columnId, points }: Wish, at: number): void {
  const column = columns.find((each) => each.columnId === columnId);
  if (column === undefined)
    throw invalidField(`cells.${at}.columnId`, "This gradebook has no column with this id.");
  const { pointsMax } = column;
  if (points !== null && pointsMax > 0 && points > 2 * pointsMax)
    throw invalidField(
      `cells.${at}.points`,
      `${points} is more than twice the ${pointsMax} points of "${column.title}". Is it mistyped?`,
    );
}

async function cellAt(
  tx: Kysely<GradesTables>,
  { columnId, studentId }: Wish,
): Promise<GradeCellsTable | undefined> {
  return tx
    .selectFrom("grade_cells")
    .selectAll()
    .where("column_id", "=", columnId)
    .where("student_id", "=", studentId)
    .executeTakeFirst();
}

/** Says who changed the cell, and to what, so that whoever comes second can choose. */
async function changedMeanwhile(
  tx: Kysely<GradesTables>,
  book: Book,
  { columnId, studentId }: Wish,
): Promise<Refusal> {
  const last = await tx
    .selectFrom("grade_cell_changes")
    .selectAll()
    .where("column_id", "=", columnId)
    .where("student_id", "=", studentId)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  const people = await peopleByIds(tx, last === undefined ? [studentId] : [studentId, last.changed_by]);
  const column = book.columns.find((each) => each.columnId === columnId);
  const who = people.get(last?.changed_by ?? "")?.name ?? "Somebody";
  const mark = last?.hundredths_after == null ? "no mark" : `${last.hundredths_after / 100} points`;
  return new Refusal(
    "stale_version",
    `${who} changed "${column?.title ?? ""}" of ${people.get(studentId)?.name ?? "this student"} meanwhile, to ${mark}${last?.excused_after === 1 ? ", excused" : ""}. Look at it again, then decide.`,
    { kind: "conflict" },
  );
}

async function cellsNow(tx: Kysely<GradesTables>, book: Book, wishes: readonly Wish[], now: number) {
  const studentIds = [...new Set(wishes.map(({ studentId }) => studentId))];
  const lines = await loadLines(tx, book, { studentIds, reader: "staff", now });
  return wishes.map(({ columnId, studentId }) => ({
    ...present(
      lines.get(studentId)?.cells.find((cell) => cell.columnId === columnId),
      "a cell that was set is in its line",
    ),
    studentId,
  }));
}
