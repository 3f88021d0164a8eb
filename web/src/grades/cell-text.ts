/** What somebody types or pastes into cells of the gradebook, and where the keys lead. Pure. */

export type Typed =
  | { readonly points: number | null; readonly excused: boolean }
  | { readonly problem: "number" | "range" };

const excusedWords = ["ex", "excused"];

/** Points with a point or a comma, EX, or nothing. */
export function readTyped(text: string, pointsMax: number): Typed {
  const typed = text.trim();
  if (typed === "" || typed === "-" || typed === "–") return { points: null, excused: false };
  if (excusedWords.includes(typed.toLowerCase())) return { points: null, excused: true };
  if (!/^\d+([.,]\d{1,2})?$/.test(typed)) return { problem: "number" };
  const points = Number(typed.replace(",", "."));
  if (points > 10_000 || (pointsMax > 0 && points > 2 * pointsMax)) return { problem: "range" };
  return { points, excused: false };
}

/** The lines and fields of what was copied out of a spreadsheet. */
export function readPasted(text: string): string[][] {
  const lines = text.replace(/(\r?\n)+$/, "").split(/\r?\n|\r/);
  return lines.map((line) => line.split("\t"));
}

export interface Spot {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads from a cell, or null where it leads nowhere. */
export function moveBy(
  key: string,
  { row, column }: Spot,
  size: { readonly rows: number; readonly columns: number },
  isWide = false,
): Spot | null {
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  const to: Readonly<Record<string, Spot>> = {
    ArrowUp: { row: Math.max(0, row - 1), column },
    ArrowDown: { row: Math.min(lastRow, row + 1), column },
    ArrowLeft: { row, column: Math.max(0, column - 1) },
    ArrowRight: { row, column: Math.min(lastColumn, column + 1) },
    Home: { row: isWide ? 0 : row, column: 0 },
    End: { row: isWide ? lastRow : row, column: lastColumn },
    PageUp: { row: Math.max(0, row - 10), column },
    PageDown: { row: Math.min(lastRow, row + 10), column },
  };
  return to[key] ?? null;
}

/** Whether a key pressed on a cell begins to type into it. */
export function beginsTyping(key: string): boolean {
  return /^[\d.,eE]$/.test(key);
}
