/** What an import of marks did, as a table for other programs. */
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { TextFile } from "#kernel/text-file.ts";
import { idField } from "#slices/courses/api.ts";
import { importById, importCellsOf } from "./grade-imports.ts";
import { keepsGradebookOfImport } from "./policy.ts";
import { gradeImportCellsMax } from "./schema.ts";
import { operation } from "./tables.ts";

const titles = [
  "line",
  "student",
  "column",
  "outcome",
  "in the file",
  "here before",
  "by",
  "chosen",
  "reason",
  "not set because",
];
const cellsAtOnce = 2_000;

/** Cells that were as before are not in it. */
export const getGradeImportReport = operation({
  name: "grades.getGradeImportReport",
  summary: "Gives the report of an import of marks as CSV: every cell that was not as it was.",
  kind: "read",
  cost: "heavy",
  returns: "text",
  input: z.strictObject({ importId: idField("the import") }),
  output: TextFile,
  policy: keepsGradebookOfImport,
  async handle({ input, db }) {
    const { id, file_name, default_choice } = await importById(db, input.importId);
    const pieces = ["\uFEFF", write([titles])];
    for (let position = -1, left = gradeImportCellsMax; left > 0; left -= cellsAtOnce) {
      const rows = await db
        .selectFrom("grade_import_cells")
        .selectAll()
        .where("import_id", "=", id)
        .where("position", ">", position)
        .orderBy("position")
        .limit(cellsAtOnce)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) break;
      position = last.position;
      pieces.push(
        write(
          (await importCellsOf(db, rows)).map((cell) => [
            ...[cell.line, cell.student.name, cell.columnTitle, cell.outcome, cell.fileText],
            cell.hereExcused ? "EX" : cell.herePoints,
            cell.hereBy,
            cell.outcome === "conflict" ? (cell.choice ?? default_choice) : null,
            ...[cell.reason, cell.skipped],
          ]),
        ),
      );
    }
    const name = file_name.replace(/\.[^.]*$/, "").slice(0, 100);
    return { fileName: `${name} report.csv`, mediaType: "text/csv; charset=utf-8", text: pieces.join("") };
  },
});

function write(rows: (string | number | null)[][]): string {
  // A cell that begins like a formula is text to a spreadsheet too.
  return stringify(rows, { escape_formulas: true, record_delimiter: "windows" });
}
