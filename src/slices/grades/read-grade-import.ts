/** Reads a file of marks into its preview: what would come of each cell. Nothing else changes. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { type CsvRow, foldTitle, openCsvFile, UnreadableCsv } from "#kernel/csv-file.ts";
import { dropLines } from "#kernel/drop-rows.ts";
import type { Step } from "#kernel/step.ts";
import { markKey, marksOfStudents } from "#slices/assignments/api.ts";
import { studentIdsOf } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { holderOfImport, readGradeImportType } from "./grade-imports.ts";
import { type Book, loadBook, loadLines } from "./gradebook.ts";
import { type Base, columnOfTitle, outcomeOf, readBase, readCell, titles } from "./grades-csv.ts";
import { type GradeColumn, gradeImportCellsMax, gradeImportLinesMax } from "./schema.ts";
import { type GradeImportCellsTable, type GradeImportsTable, type GradesTables, job } from "./tables.ts";

type Db = Kysely<GradesTables>;
type NewCell = Omit<GradeImportCellsTable, "import_id" | "position" | "course_id">;

/** Lines that are compared at once, cells that are written at once, and what one line may take. */
const linesAtOnce = 200;
const cellsPerStepMax = 250;
const recordBytesMax = 100_000;

/** What the first line says. */
interface Layout {
  readonly id: number;
  readonly email: number;
  readonly name: number;
  readonly base: number;
  readonly columns: readonly { readonly at: number; readonly column: GradeColumn }[];
  readonly ignored: readonly string[];
}

/** Begins anew when it was broken off: reading changes nothing that anybody else sees. */
export const readGradeImport = job({
  name: readGradeImportType.name,
  summary: "Reads a file of marks and compares it with the gradebook.",
  inputSchema: z.strictObject({ importId: z.string() }),
  leaseMs: 15 * 60_000,
  async run({ input: { importId }, now, read, write, services }) {
    const row = await read((db) =>
      db.selectFrom("grade_imports").selectAll().where("id", "=", importId).executeTakeFirst(),
    );
    if (row?.state !== "reading") return {};
    while (await write(({ tx }) => dropLines(tx, "grade_import_cells", importId)));
    const found: Found = { lines: 0, same: 0, cells: 0, exportedAt: null };
    try {
      const file = await openCsvFile(() => services.blobs.open(row.sha256), { recordBytesMax });
      const { layout, students } = await read(async (db) => ({
        layout: layoutOf(file.titles, await loadBook(db, row.course_id)),
        students: await whoStudies(db, row.course_id),
      }));
      const lineOfStudent = new Map<string, number>();
      for await (const lines of inChunks(file.rows)) {
        found.lines += lines.length;
        if (found.lines > gradeImportLinesMax)
          throw new UnreadableCsv(`The file has more than ${gradeImportLinesMax} lines. Split it.`);
        const cells = await read((db) =>
          compare(db, { row, layout, students, lines, lineOfStudent, found, now }),
        );
        for (let start = 0; start < cells.length; start += cellsPerStepMax) {
          const some = cells.slice(start, start + cellsPerStepMax);
          const position = found.cells;
          found.cells += some.length;
          if (found.cells > gradeImportCellsMax)
            throw new UnreadableCsv(`More than ${gradeImportCellsMax} cells differ. Split the file.`);
          await write(({ tx }) => insertCells(tx, row, position, some));
        }
      }
      await write((step) => endReading(step, row, found, { problem: null, ignored: layout.ignored }));
    } catch (error) {
      if (!(error instanceof UnreadableCsv)) throw error;
      const problem = error.message.slice(0, 500);
      await write((step) => endReading(step, row, found, { problem, ignored: [] }));
    }
    return {};
  },
});

interface Found {
  lines: number;
  same: number;
  cells: number;
  exportedAt: number | null;
}

async function* inChunks(rows: AsyncIterable<CsvRow>): AsyncGenerator<CsvRow[]> {
  let chunk: CsvRow[] = [];
  for await (const row of rows) {
    if (row.fields.every((field) => field.trim() === "")) continue;
    if (chunk.push(row) < linesAtOnce) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function layoutOf(fileTitles: readonly string[], book: Book): Layout {
  const at = (...names: readonly string[]) =>
    fileTitles.findIndex((title) => names.some((name) => foldTitle(name) === foldTitle(title)));
  const [id, email] = [at(titles.id, "personId"), at(titles.email, "email address", "mail")];
  const [name, base] = [at(titles.name, "student"), at(titles.base)];
  if (id < 0 && email < 0)
    throw new UnreadableCsv(
      `The first line must name a column “${titles.id}” or “${titles.email}”, by which students are found. Begin with an export.`,
    );
  const taken = new Set([id, email, name, base, at(titles.total), at(titles.letter)]);
  const columns: { at: number; column: GradeColumn }[] = [];
  const ignored: string[] = [];
  for (const [index, title] of fileTitles.entries()) {
    if (taken.has(index) || title.trim() === "") continue;
    const column = columnOfTitle(title, book.columns);
    if (
      column === null ||
      column.hidesNames ||
      columns.some((each) => each.column.columnId === column.columnId)
    )
      ignored.push(title.trim().slice(0, 100));
    else columns.push({ at: index, column });
  }
  if (columns.length === 0)
    throw new UnreadableCsv(
      "No column of the file is one of this gradebook. Begin with an export, and leave its first line as it is.",
    );
  return { id, email, name, base, columns, ignored: ignored.slice(0, 100) };
}

interface Students {
  readonly ids: ReadonlySet<string>;
  readonly idByEmail: ReadonlyMap<string, string>;
}

async function whoStudies(db: Db, courseId: string): Promise<Students> {
  const ids = await studentIdsOf(db, courseId);
  const people = await peopleByIds(db, ids);
  return { ids, idByEmail: new Map([...people.values()].map(({ id, email }) => [email.toLowerCase(), id])) };
}

interface Comparison {
  readonly row: GradeImportsTable;
  readonly layout: Layout;
  readonly students: Students;
  readonly lines: readonly CsvRow[];
  readonly lineOfStudent: Map<string, number>;
  readonly found: Found;
  readonly now: number;
}

/** The cells of these lines that are not as they were. */
async function compare(db: Db, comparison: Comparison): Promise<NewCell[]> {
  const { row, layout, lines, found, now } = comparison;
  const known = lines.map((line) => ({ line, student: studentOf(line, comparison) }));
  const studentIds = known.flatMap(({ student }) => ("studentId" in student ? [student.studentId] : []));
  const here = await whatIsHere(db, { courseId: row.course_id, studentIds, now });
  const cells: NewCell[] = [];
  for (const { line, student } of known) {
    const label = labelOf(line, layout);
    if ("problem" in student) {
      cells.push({ ...blank(line, label), reason: student.problem });
      continue;
    }
    const base = readBase(field(line, layout.base));
    if (base !== null) found.exportedAt = Math.min(found.exportedAt ?? base.exportedAt, base.exportedAt);
    for (const { at, column } of layout.columns) {
      const cell = cellOf(field(line, at), { line, label, column, base, ...student }, here);
      if (cell === null) found.same++;
      else cells.push(cell);
    }
  }
  return cells;
}

const field = (line: CsvRow, at: number) => (at < 0 ? "" : (line.fields[at] ?? "").trim());

function labelOf(line: CsvRow, layout: Layout): string {
  return (field(line, layout.name) || field(line, layout.email) || field(line, layout.id)).slice(0, 200);
}

function studentOf(
  line: CsvRow,
  { layout, students, lineOfStudent }: Comparison,
): { readonly studentId: string } | { readonly problem: string } {
  if (line.problem !== null) return { problem: line.problem };
  const [id, email] = [field(line, layout.id), field(line, layout.email).toLowerCase()];
  const studentId = students.ids.has(id) ? id : id === "" ? students.idByEmail.get(email) : undefined;
  if (studentId === undefined)
    return { problem: "Nobody who studies in this course has this id or address. The line is left out." };
  const earlier = lineOfStudent.get(studentId);
  if (earlier !== undefined) return { problem: `This student stands in line ${earlier} already.` };
  lineOfStudent.set(studentId, line.line);
  return { studentId };
}

function blank(line: CsvRow, label: string): NewCell {
  return {
    ...{ line: line.line, column_id: "", student_id: "", student_label: label, column_label: "" },
    ...{ outcome: "invalid", file_text: "", hundredths: null, excused: 0, here_hundredths: null },
    ...{ here_excused: 0, here_version: 1, here_by: null, here_at: null, choice: null },
    ...{ reason: null, skipped: null },
  };
}

interface Here {
  readonly hundredths: number | null;
  readonly excused: boolean;
  readonly version: number;
  /** What was set here, over the assignment's own mark. */
  readonly ownHundredths: number | null;
  readonly by: string | null;
  readonly at: number | null;
}

interface Place {
  readonly line: CsvRow;
  readonly label: string;
  readonly column: GradeColumn;
  readonly base: Base | null;
  readonly studentId: string;
}

/** What comes of one cell; null where it is as it was. */
function cellOf(
  text: string,
  { line, label, column, base, studentId }: Place,
  hereOf: ReadonlyMap<string, Here>,
): NewCell | null {
  const here = hereOf.get(markKey(column.columnId, studentId)) ?? nothingHere;
  const place: NewCell = {
    ...blank(line, label),
    ...{ column_id: column.columnId, student_id: studentId, column_label: column.title },
    ...{
      file_text: text.slice(0, 100),
      here_hundredths: here.hundredths,
      here_excused: here.excused ? 1 : 0,
    },
    ...{ here_version: here.version, here_by: here.by, here_at: here.at },
  };
  const cell = readCell(text, column);
  if (cell.kind === "problem") return { ...place, reason: cell.message };
  const outcome = outcomeOf(cell, base?.valueOf(column.columnId) ?? null, here);
  if (outcome === "same") return null;
  if (outcome === "newer") return { ...place, outcome };
  if (cell.kind === "empty" && column.assignmentId !== null && here.ownHundredths === null && !here.excused)
    return {
      ...place,
      reason: "An assignment’s own mark is not cleared from here. Change it where it is graded, or write EX.",
    };
  const hundredths =
    cell.kind === "points" ? cell.hundredths : cell.kind === "excused" ? here.ownHundredths : null;
  return { ...place, outcome, hundredths, excused: cell.kind === "excused" ? 1 : 0 };
}

const nothingHere: Here = {
  ...{ hundredths: null, excused: false, version: 1, ownHundredths: null, by: null, at: null },
};

/** The marks of these students with who set each and when, by `markKey`. */
async function whatIsHere(
  db: Db,
  {
    courseId,
    studentIds,
    now,
  }: { readonly courseId: string; readonly studentIds: readonly string[]; readonly now: number },
): Promise<ReadonlyMap<string, Here>> {
  if (studentIds.length === 0) return new Map();
  const book = await loadBook(db, courseId);
  const lines = await loadLines(db, book, { studentIds, reader: "staff", now });
  const marks = await marksOfStudents(db, { courseId, studentIds });
  const set = await db
    .selectFrom("grade_cells")
    .select(["column_id", "student_id", "hundredths"])
    .where("course_id", "=", courseId)
    .where("student_id", "in", studentIds)
    .execute();
  const ownOf = new Map(set.map((each) => [markKey(each.column_id, each.student_id), each.hundredths]));
  // Ids grow: the last row of a cell is its latest change.
  const changes = await db
    .selectFrom("grade_cell_changes")
    .select(["column_id", "student_id", "changed_by", "changed_at"])
    .where("course_id", "=", courseId)
    .where("student_id", "in", studentIds)
    .orderBy("id")
    .execute();
  const changeOf = new Map(changes.map((each) => [markKey(each.column_id, each.student_id), each]));
  const here = new Map<string, Here>();
  for (const [studentId, line] of lines)
    for (const cell of line.cells) {
      const key = markKey(cell.columnId, studentId);
      const [change, mark, own] = [changeOf.get(key), marks.get(key), ownOf.get(key) ?? null];
      const isByAssignment = own === null && !cell.isExcused && mark?.hundredths != null;
      here.set(key, {
        hundredths: cell.points === null ? null : Math.round(cell.points * 100),
        excused: cell.isExcused,
        version: cell.version,
        ownHundredths: own,
        by: isByAssignment ? mark.gradedBy : (change?.changed_by ?? null),
        at: isByAssignment ? mark.gradedAt : (change?.changed_at ?? null),
      });
    }
  return here;
}

async function insertCells(
  tx: Db,
  row: GradeImportsTable,
  position: number,
  cells: readonly NewCell[],
): Promise<void> {
  const keyed = cells.map((cell, index) => ({
    ...cell,
    ...{ import_id: row.id, course_id: row.course_id, position: position + index },
  }));
  await tx.insertInto("grade_import_cells").values(keyed).execute();
}

/** Counts what was found. What the file said is in the rows now, or of no use: the file itself may go. */
async function endReading(
  { tx, blobs }: Step<GradesTables>,
  row: GradeImportsTable,
  found: Found,
  { problem, ignored }: { readonly problem: string | null; readonly ignored: readonly string[] },
): Promise<void> {
  const counts = await tx
    .selectFrom("grade_import_cells")
    .select((each) => ["outcome", each.fn.countAll<number>().as("count")])
    .where("import_id", "=", row.id)
    .groupBy("outcome")
    .execute();
  const of = (outcome: GradeImportCellsTable["outcome"]) =>
    Number(counts.find((each) => each.outcome === outcome)?.count ?? 0);
  await tx
    .updateTable("grade_imports")
    .set({
      ...{ state: problem === null ? "ready" : "failed", problem, ignored_columns: JSON.stringify(ignored) },
      ...{ lines_read: found.lines, cells_same: found.same, exported_at: found.exportedAt },
      ...{ changes: of("change"), conflicts: of("conflict"), newer: of("newer"), invalid: of("invalid") },
    })
    .where("id", "=", row.id)
    .where("state", "=", "reading")
    .execute();
  await blobs.release(row.sha256, holderOfImport(row.id));
}
