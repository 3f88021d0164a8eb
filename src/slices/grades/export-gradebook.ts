/** The gradebook as a table for spreadsheets. */
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { TextFile } from "#kernel/text-file.ts";
import { courseIdField, courseName, studentIdsOf } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { loadBook, loadLines } from "./gradebook.ts";
import { baseText, columnTitle, titles, valueText } from "./grades-csv.ts";
import { keepsGradebook } from "./policy.ts";
import { operation } from "./tables.ts";

const linesAtOnce = 200;
const signs = { comma: ",", semicolon: ";", tab: "\t" } as const;

/**
 * Gives every student with every mark, as those who teach see them. What is graded without names is not in it. A cell that
 * begins like a formula is text to a spreadsheet. The last column holds what the cells were; with it, an import tells
 * what was changed in the file from what was changed here since.
 */
export const exportGradebook = operation({
  name: "grades.exportGradebook",
  summary: "Gives the gradebook of a course as CSV, to look at, to work on, and to import again.",
  kind: "read",
  cost: "heavy",
  returns: "text",
  input: z.strictObject({
    courseId: courseIdField,
    separator: z.enum(["comma", "semicolon", "tab"]).default("comma").meta({
      description: "`semicolon` is what Excel reads where decimals have commas.",
    }),
    decimal: z.enum(["point", "comma"]).default("point"),
    bom: z
      .boolean()
      .default(true)
      .meta({ description: "Whether to begin with the mark by which Excel knows UTF-8." }),
  }),
  output: TextFile,
  policy: keepsGradebook,
  async handle({ input, db, now }) {
    const { courseId } = input;
    const decimal = input.decimal === "comma" ? "," : ".";
    const book = await loadBook(db, courseId);
    const columns = book.columns.filter(({ hidesNames }) => !hidesNames);
    const studentIds = [...(await studentIdsOf(db, courseId))];
    const people = await peopleByIds(db, studentIds);
    const nameOf = (id: string) => people.get(id)?.name ?? "";
    const inOrder = studentIds.sort(
      (one, other) => nameOf(one).localeCompare(nameOf(other), "en") || (one < other ? -1 : 1),
    );
    const write = (rows: readonly (readonly string[])[]) =>
      stringify(
        rows.map((row) => [...row]),
        {
          delimiter: signs[input.separator],
          escape_formulas: true,
          record_delimiter: "windows",
        },
      );
    const head = [
      titles.id,
      titles.name,
      titles.email,
      ...columns.map(columnTitle),
      titles.total,
      titles.letter,
      titles.base,
    ];
    const pieces = [write([head])];
    for (let start = 0; start < inOrder.length; start += linesAtOnce) {
      const some = inOrder.slice(start, start + linesAtOnce);
      const lines = await loadLines(db, book, { studentIds: some, reader: "staff", now });
      const rows = some.flatMap((studentId) => {
        const line = lines.get(studentId);
        if (line === undefined) return [];
        const byColumn = new Map(line.cells.map((cell) => [cell.columnId, cell]));
        const cells = columns.map(({ columnId }) => {
          const cell = byColumn.get(columnId);
          const points = cell?.points ?? null;
          return {
            columnId,
            hundredths: points === null ? null : Math.round(points * 100),
            excused: cell?.isExcused === true,
          };
        });
        const { percent, letter } = line.total;
        return [
          [
            studentId,
            nameOf(studentId),
            people.get(studentId)?.email ?? "",
            ...cells.map((cell) => valueText(cell, decimal)),
            percent === null ? "" : String(percent).replace(".", decimal),
            letter ?? "",
            baseText(now, cells),
          ],
        ];
      });
      pieces.push(write(rows));
    }
    const { code, term } = await courseName(db, courseId);
    const day = new Date(now).toISOString().slice(0, 10);
    return {
      fileName: `${[code, term, "grades", day].join(" ").replaceAll(/[^\p{L}\p{N} ._-]/gu, "-")}.csv`,
      mediaType: "text/csv; charset=utf-8",
      text: `${input.bom ? "\uFEFF" : ""}${pieces.join("")}`,
    };
  },
});
