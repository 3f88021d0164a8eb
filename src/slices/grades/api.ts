/** What other slices may use of grades; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { markKey } from "#slices/assignments/api.ts";
import { loadBook, loadLines } from "./gradebook.ts";
import type { GradesTables } from "./tables.ts";

/** Whom the gradebook of a course excuses from which column, as pairs by `markKey`. */
export async function excusedIn(
  database: Database,
  courseId: string,
  studentId?: string,
): Promise<ReadonlySet<string>> {
  let select = tablesOf<GradesTables>(database)
    .selectFrom("grade_cells")
    .select(["column_id", "student_id"])
    .where("course_id", "=", courseId)
    .where("excused", "=", 1);
  if (studentId !== undefined) select = select.where("student_id", "=", studentId);
  const rows = await select.execute();
  return new Set(rows.map((row) => markKey(row.column_id, row.student_id)));
}

/** The columns of these courses that students do not see. */
export async function hiddenColumns(
  database: Database,
  courseIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (courseIds.length === 0) return new Set();
  const rows = await tablesOf<GradesTables>(database)
    .selectFrom("grade_columns")
    .select("id")
    .where("course_id", "in", courseIds)
    .where("posted", "=", 0)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

const linesAtOnce = 200;

/**
 * The total of each of these students in percent, as those who teach see it in the gradebook; null while nothing counts.
 * Lines are put together a few hundred at a time, so that a large course does not fill the memory.
 */
export async function totalsOfStudents(
  database: Database,
  {
    courseId,
    studentIds,
    now,
  }: { readonly courseId: string; readonly studentIds: readonly string[]; readonly now: number },
): Promise<ReadonlyMap<string, number | null>> {
  const db = tablesOf<GradesTables>(database);
  const totals = new Map<string, number | null>();
  if (studentIds.length === 0) return totals;
  const book = await loadBook(db, courseId);
  for (let start = 0; start < studentIds.length; start += linesAtOnce) {
    const some = studentIds.slice(start, start + linesAtOnce);
    const lines = await loadLines(db, book, { studentIds: some, reader: "staff", now });
    for (const [studentId, { total }] of lines) totals.set(studentId, total.percent);
  }
  return totals;
}
