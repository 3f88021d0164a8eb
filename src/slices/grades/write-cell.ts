/** Setting a cell, with its history and the word to others; for whoever has checked that it may be. */
import type { Step } from "#kernel/step.ts";
import { cellChanged } from "./events.ts";
import type { GradeCellsTable, GradesTables } from "./tables.ts";

export interface CellChange {
  readonly courseId: string;
  readonly columnId: string;
  readonly studentId: string;
  /** The cell as it was when its version was checked. */
  readonly before: Pick<GradeCellsTable, "hundredths" | "excused" | "version"> | undefined;
  readonly after: Pick<GradeCellsTable, "hundredths" | "excused">;
  readonly reason: string;
  readonly by: string;
  readonly importId: string | null;
}

/** Nothing happens where the cell is so already. */
export async function writeCell(
  { tx, now, newId, emit }: Pick<Step<GradesTables>, "tx" | "now" | "newId" | "emit">,
  { courseId, columnId, studentId, before, after, reason, by, importId }: CellChange,
): Promise<void> {
  if ((before?.hundredths ?? null) === after.hundredths && (before?.excused ?? 0) === after.excused) return;
  const key = { column_id: columnId, student_id: studentId, course_id: courseId };
  const row = { ...after, version: (before?.version ?? 1) + 1 };
  await tx
    .insertInto("grade_cells")
    .values({ ...key, ...row })
    .onConflict((conflict) => conflict.columns(["column_id", "student_id"]).doUpdateSet(row))
    .execute();
  await tx
    .insertInto("grade_cell_changes")
    .values({
      id: newId(),
      ...key,
      hundredths_before: before?.hundredths ?? null,
      hundredths_after: after.hundredths,
      excused_before: before?.excused ?? 0,
      excused_after: after.excused,
      reason,
      changed_by: by,
      changed_at: now,
      import_id: importId,
    })
    .execute();
  emit(cellChanged, { columnId, courseId, studentId });
}
