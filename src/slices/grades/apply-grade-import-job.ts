/**
 * Applies an import of marks in small steps. Each step writes down how far it has come in the transaction of what it did, so
 * a job that is broken off goes on where it was, on whichever node: an import that was begun ends. A cell that was
 * changed since the preview is left out, and says so: two graders never overwrite each other.
 */
import { z } from "zod";
import type { Step } from "#kernel/step.ts";
import { studentIdsOf } from "#slices/courses/api.ts";
import { applyGradeImportType } from "./grade-imports.ts";
import { type Line, loadBook, loadLines } from "./gradebook.ts";
import { type GradeImportCellsTable, type GradeImportsTable, type GradesTables, job } from "./tables.ts";
import { writeCell } from "./write-cell.ts";

/** A cell is three rows and an event. */
const cellsPerStepMax = 60;

type GradesStep = Step<GradesTables>;

export const applyGradeImportJob = job({
  name: applyGradeImportType.name,
  summary: "Applies an import of marks.",
  inputSchema: z.strictObject({ importId: z.string() }),
  leaseMs: 15 * 60_000,
  attemptsMax: 20,
  async run({ input: { importId }, write, signal }) {
    for (;;) {
      signal.throwIfAborted();
      if (await write((step) => applyNext(step, importId))) return {};
    }
  },
});

/** Applies the next cells; whether all is done. */
async function applyNext(step: GradesStep, importId: string): Promise<boolean> {
  const { tx, now } = step;
  const one = await tx.selectFrom("grade_imports").selectAll().where("id", "=", importId).executeTakeFirst();
  if (one?.state !== "applying") return true;
  const cells = await nextCells(step, one);
  const last = cells.at(-1);
  if (last === undefined) {
    await tx
      .updateTable("grade_imports")
      .set({ state: "done", ended_at: now })
      .where("id", "=", importId)
      .execute();
    return true;
  }
  const book = await loadBook(tx, one.course_id);
  const studentIds = [...new Set(cells.map((cell) => cell.student_id))];
  const lines = await loadLines(tx, book, { studentIds, reader: "staff", now });
  const set = await tx
    .selectFrom("grade_cells")
    .select(["column_id", "student_id", "hundredths", "excused", "version"])
    .where("course_id", "=", one.course_id)
    .where("student_id", "in", studentIds)
    .execute();
  const present = await studentIdsOf(tx, one.course_id);
  let skipped = 0;
  for (const cell of cells) {
    const problem = present.has(cell.student_id)
      ? changedSince(cell, lines.get(cell.student_id))
      : "This student is not in the course any more.";
    if (problem !== null) {
      skipped++;
      await tx
        .updateTable("grade_import_cells")
        .set({ skipped: problem })
        .where("import_id", "=", importId)
        .where("position", "=", cell.position)
        .execute();
      continue;
    }
    await writeCell(step, {
      ...{ courseId: one.course_id, columnId: cell.column_id, studentId: cell.student_id },
      before: set.find((each) => each.column_id === cell.column_id && each.student_id === cell.student_id),
      after: { hundredths: cell.hundredths, excused: cell.excused },
      reason: `CSV: ${one.file_name}`.slice(0, 500),
      by: one.applied_by ?? one.made_by,
      importId,
    });
  }
  await tx
    .updateTable("grade_imports")
    .set({
      applied_to: last.position,
      applied: one.applied + cells.length - skipped,
      skipped: one.skipped + skipped,
    })
    .where("id", "=", importId)
    .execute();
  return false;
}

/** The cells that are to be set: changes, and conflicts in which the file holds. */
function nextCells({ tx }: GradesStep, one: GradeImportsTable): Promise<GradeImportCellsTable[]> {
  return tx
    .selectFrom("grade_import_cells")
    .selectAll()
    .where("import_id", "=", one.id)
    .where("position", ">", one.applied_to)
    .where((each) =>
      each.or([
        each("outcome", "=", "change"),
        each.and([
          each("outcome", "=", "conflict"),
          one.default_choice === "file"
            ? each.or([each("choice", "=", "file"), each("choice", "is", null)])
            : each("choice", "=", "file"),
        ]),
      ]),
    )
    .orderBy("position")
    .limit(cellsPerStepMax)
    .execute();
}

/** Why a cell is left alone; null where it is as the preview saw it. */
function changedSince(cell: GradeImportCellsTable, line: Line | undefined): string | null {
  const here = line?.cells.find(({ columnId }) => columnId === cell.column_id);
  if (here === undefined) return "This column is not there any more.";
  const hundredths = here.points === null ? null : Math.round(here.points * 100);
  const isSame =
    here.version === cell.here_version &&
    hundredths === cell.here_hundredths &&
    here.isExcused === (cell.here_excused === 1);
  if (isSame) return null;
  const now = here.isExcused ? "excused" : here.points === null ? "no mark" : `${here.points} points`;
  return `Somebody changed it after the preview was made, to ${now}. It was left so; import again to compare.`;
}
