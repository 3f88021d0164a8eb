/**
 * Marks as a table for other programs, and what a cell that comes back means. Each line of an export ends with what its
 * cells were, so that a file that was changed elsewhere can be told from one that has merely grown old. Pure.
 */
import { foldTitle } from "#kernel/csv-file.ts";
import { pointsMax as pointsOfAnyMax } from "./schema.ts";

/** What stands in a cell: a mark or none, and whether it is excused. */
export interface CellValue {
  readonly hundredths: number | null;
  readonly excused: boolean;
}

export const titles = {
  id: "Student ID",
  name: "Name",
  email: "Email",
  total: "Total %",
  letter: "Letter",
  base: "Lyceum (leave as it is)",
} as const;

const excusedWord = "EX";
const excusedWords = ["ex", "excused", "exempt", "entschuldigt"];
const emptyWords = ["", "-", "–", "—"];

export type DecimalSign = "." | ",";

export function valueText({ hundredths, excused }: CellValue, decimal: DecimalSign = "."): string {
  if (excused) return excusedWord;
  return hundredths === null ? "" : String(hundredths / 100).replace(".", decimal);
}

/** A column's title with its id, so that it is found again under any name. */
export function columnTitle({ title, pointsMax, columnId }: ColumnName): string {
  return `${title} (${pointsMax}) [${columnId}]`;
}

export interface ColumnName {
  readonly columnId: string;
  readonly title: string;
  readonly pointsMax: number;
}

/** The column that a title of a file names: by the id in it, or by its name where only one bears that; null for none. */
export function columnOfTitle<Column extends ColumnName>(
  title: string,
  columns: readonly Column[],
): Column | null {
  const id = /\[([0-9a-f-]{8,64})\]\s*$/i.exec(title)?.[1]?.toLowerCase();
  if (id !== undefined) return columns.find(({ columnId }) => columnId === id) ?? null;
  const names = [foldTitle(title), foldTitle(title.replace(/\([\d.,\s]*\)\s*$/, ""))];
  const found = columns.filter((column) => names.includes(foldTitle(column.title)));
  return found.length === 1 ? (found[0] ?? null) : null;
}

export type FileCell =
  | { readonly kind: "empty" }
  | { readonly kind: "excused" }
  | { readonly kind: "points"; readonly hundredths: number }
  | { readonly kind: "problem"; readonly message: string };

/** What somebody has typed into a cell: points with a point or a comma, EX, or nothing. */
export function readCell(text: string, { pointsMax }: Pick<ColumnName, "pointsMax">): FileCell {
  // The mark that keeps a spreadsheet from reading a formula.
  const typed = text.trim().replace(/^'/, "").trim();
  if (emptyWords.includes(typed)) return { kind: "empty" };
  if (excusedWords.includes(typed.toLowerCase())) return { kind: "excused" };
  const problem = (message: string): FileCell => ({ kind: "problem", message });
  if (/%$/.test(typed)) return problem(`“${typed}” is a percentage. Give points, out of ${pointsMax}.`);
  if (!/^-?\d+([.,]\d+)?$/.test(typed))
    return problem(
      /^\p{L}/u.test(typed)
        ? `“${typed.slice(0, 20)}” is a letter or word. Give points, EX for excused, or nothing; letters come from the total.`
        : `“${typed.slice(0, 20)}” is no number. Give points like 8.5 or 8,5, EX for excused, or nothing.`,
    );
  const points = Number(typed.replace(",", "."));
  const hundredths = Math.round(points * 100);
  if (points < 0) return problem("Points are not negative.");
  if (Math.abs(points * 100 - hundredths) > 1e-6) return problem("Points have at most two decimals.");
  if (points > pointsOfAnyMax) return problem(`Points are at most ${pointsOfAnyMax}.`);
  if (pointsMax > 0 && points > 2 * pointsMax)
    return problem(`${points} is more than twice the ${pointsMax} points. Is it mistyped?`);
  return { kind: "points", hundredths };
}

/** Whether the file's cell says what `value` is. Who is excused is excused, whatever mark stood there before. */
export function saysSame(cell: FileCell, value: CellValue): boolean {
  if (cell.kind === "excused") return value.excused;
  if (value.excused) return false;
  return cell.kind === "points"
    ? cell.hundredths === value.hundredths
    : cell.kind === "empty" && value.hundredths === null;
}

/**
 * What comes of a cell, from three states: what the file says, what it said when it was exported (`base`), and what is
 * here. Without a base nobody knows which is newer: an empty cell then says nothing, and a mark never gives way unasked.
 */
export function outcomeOf(
  cell: Exclude<FileCell, { kind: "problem" }>,
  base: CellValue | null,
  here: CellValue,
): "same" | "change" | "conflict" | "newer" {
  if (saysSame(cell, here)) return "same";
  if (base === null) {
    if (cell.kind === "empty") return "same";
    return here.hundredths === null && !here.excused ? "change" : "conflict";
  }
  if (saysSame(cell, base)) return "newer";
  return isSame(base, here) ? "change" : "conflict";
}

function isSame(one: CellValue, other: CellValue): boolean {
  return one.excused === other.excused && (one.excused || one.hundredths === other.hundredths);
}

export interface Base {
  readonly exportedAt: number;
  /** What the cell of a column was; a column that is not named was empty. */
  valueOf(columnId: string): CellValue;
}

const baseMark = "lyceum1";
/** The end of an id, which is random, tells columns of one course apart. */
const keyOf = (columnId: string) => columnId.slice(-12);

export function baseText(
  exportedAt: number,
  cells: readonly (CellValue & { readonly columnId: string })[],
): string {
  const said = cells.flatMap((cell) => {
    const text = valueText(cell);
    return text === "" ? [] : [`${keyOf(cell.columnId)}=${text}`];
  });
  return [baseMark, exportedAt, ...said].join(" ");
}

/** What the cells of a line were; null where that is missing or was changed. */
export function readBase(text: string): Base | null {
  const [mark, at = "", ...said] = text.trim().split(" ");
  if (mark !== baseMark || !/^\d{1,15}$/.test(at)) return null;
  const values = new Map<string, CellValue>();
  for (const each of said) {
    const [key = "", value = ""] = each.split("=");
    const hundredths = /^\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 100) : null;
    if (hundredths === null && value !== excusedWord) return null;
    values.set(key, { hundredths, excused: value === excusedWord });
  }
  const empty = { hundredths: null, excused: false };
  return { exportedAt: Number(at), valueOf: (columnId) => values.get(keyOf(columnId)) ?? empty };
}
