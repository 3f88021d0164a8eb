/** Rows of imports of marks, as the operations give them, and how they go. */
import type { Kysely } from "kysely";
import { dropLines } from "#kernel/drop-rows.ts";
import type { HeldBlobs } from "#kernel/held-blobs.ts";
import type { JobType } from "#kernel/job.ts";
import { denyNotFound, refusalOfDecision } from "#kernel/policy.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import type { GradeImport, GradeImportCell } from "./schema.ts";
import type { GradeImportCellsTable, GradeImportsTable, GradesTables } from "./tables.ts";

type Db = Kysely<GradesTables>;

export const readGradeImportType: JobType<{ importId: string }> = { name: "grades.readGradeImport" };
export const applyGradeImportType: JobType<{ importId: string }> = { name: "grades.applyGradeImport" };

/** How a file is held that an import reads. */
export function holderOfImport(id: string): string {
  return `grade-import:${id}`;
}

/** The import; refuses with `not_found`. */
export async function importById(db: Db, id: string): Promise<GradeImportsTable> {
  const row = await db.selectFrom("grade_imports").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw refusalOfDecision(denyNotFound("import"));
  return row;
}

/** These imports as the wire names them. */
export async function importsOf(db: Db, rows: readonly GradeImportsTable[]): Promise<GradeImport[]> {
  const people = await peopleByIds(
    db,
    rows.map((row) => row.made_by),
  );
  const fromFile = await chosenForFile(db, rows);
  return rows.map((row) => {
    const open = row.default_choice === null ? row.conflicts - row.chosen : 0;
    const byDefault = row.default_choice === "file" ? row.conflicts - row.chosen : 0;
    return {
      importId: row.id,
      courseId: row.course_id,
      fileName: row.file_name,
      state: row.state,
      problem: row.problem,
      ignoredColumns: JSON.parse(row.ignored_columns) as string[],
      exportedAt: row.exported_at,
      linesRead: row.lines_read,
      same: row.cells_same,
      changes: row.changes,
      conflicts: row.conflicts,
      openConflicts: open,
      defaultChoice: row.default_choice,
      newer: row.newer,
      invalid: row.invalid,
      toApply: row.changes + byDefault + (fromFile.get(row.id) ?? 0),
      applied: row.applied,
      skipped: row.skipped,
      madeBy: { personId: row.made_by, name: people.get(row.made_by)?.name ?? "" },
      madeAt: row.made_at,
      endedAt: row.ended_at,
    };
  });
}

export async function importOf(db: Db, id: string): Promise<GradeImport> {
  const [one] = await importsOf(db, [await importById(db, id)]);
  if (one === undefined) throw refusalOfDecision(denyNotFound("import"));
  return one;
}

/** How many conflicts somebody chose the file's value in, by import. */
async function chosenForFile(
  db: Db,
  imports: readonly GradeImportsTable[],
): Promise<ReadonlyMap<string, number>> {
  const ids = imports.filter(({ chosen }) => chosen > 0).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("grade_import_cells")
    .select((each) => ["import_id", each.fn.countAll<number>().as("count")])
    .where("import_id", "in", ids)
    .where("outcome", "=", "conflict")
    .where("choice", "=", "file")
    .groupBy("import_id")
    .execute();
  return new Map(rows.map((row) => [row.import_id, Number(row.count)]));
}

/** Staged cells as the wire names them. */
export async function importCellsOf(
  db: Db,
  rows: readonly GradeImportCellsTable[],
): Promise<GradeImportCell[]> {
  const ids = rows.flatMap(({ student_id, here_by }) =>
    here_by === null ? [student_id] : [student_id, here_by],
  );
  const people = await peopleByIds(
    db,
    ids.filter((id) => id !== ""),
  );
  return rows.map((row) => ({
    position: row.position,
    line: row.line,
    student: { personId: row.student_id, name: people.get(row.student_id)?.name ?? row.student_label },
    columnId: row.column_id,
    columnTitle: row.column_label,
    outcome: row.outcome,
    fileText: row.file_text,
    herePoints: row.here_hundredths === null ? null : row.here_hundredths / 100,
    hereExcused: row.here_excused === 1,
    hereBy: people.get(row.here_by ?? "")?.name ?? "",
    hereAt: row.here_at,
    choice: row.choice,
    reason: row.reason,
    skipped: row.skipped,
  }));
}

/** Deletes a bounded piece of an import, its cells first; whether there was one. */
export async function dropImport(
  { tx, blobs }: { readonly tx: Db; readonly blobs: HeldBlobs },
  row: Pick<GradeImportsTable, "id" | "state" | "sha256">,
): Promise<void> {
  if (await dropLines(tx, "grade_import_cells", row.id)) return;
  if (row.state === "reading") await blobs.release(row.sha256, holderOfImport(row.id));
  await tx.deleteFrom("grade_imports").where("id", "=", row.id).execute();
}

export async function dropImportsOfCourse(
  step: { readonly tx: Db; readonly blobs: HeldBlobs },
  courseId: string,
): Promise<boolean> {
  const row = await step.tx
    .selectFrom("grade_imports")
    .select(["id", "state", "sha256"])
    .where("course_id", "=", courseId)
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return false;
  await dropImport(step, row);
  return true;
}
