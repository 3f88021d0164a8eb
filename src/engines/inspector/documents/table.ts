/** A sheet as a table: the beginning of it, since nobody reads thousands of rows in a page. */
import { escaped } from "./html.ts";

export const rowsShownMax = 500;
export const columnsShownMax = 40;

export interface SheetRow {
  readonly cells: readonly {
    /** From 0; null for the one after the cell before it. */
    readonly column: number | null;
    readonly text: string;
  }[];
}

/** The rows as a table, each with as many cells as the widest; empty rows at the end are left out. */
export function sheetOf(rows: readonly SheetRow[]): { readonly html: string; readonly isCut: boolean } {
  let isCut = false;
  const lines = rows.slice(0, rowsShownMax).map(({ cells }) => {
    const line: string[] = [];
    let next = 0;
    for (const { column, text } of cells) {
      const at = column ?? next;
      next = at + 1;
      if (text === "") continue;
      if (at >= columnsShownMax) isCut = true;
      else line[at] = text;
    }
    return line;
  });
  while (lines.at(-1)?.length === 0) lines.pop();
  isCut ||= rows.slice(rowsShownMax).some(({ cells }) => cells.some(({ text }) => text !== ""));
  const width = Math.max(0, ...lines.map(({ length }) => length));
  if (width === 0) return { html: "", isCut };
  const html = lines.map((line) => {
    const cells = Array.from({ length: width }, (_, at) => `<td>${escaped(line[at] ?? "")}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return { html: `<table><tbody>${html.join("")}</tbody></table>`, isCut };
}
