/** Tables from CSV by what their columns mean, whatever they are called and in whatever order they stand. */
import type { Readable } from "node:stream";
import { type CsvRow, foldTitle, openCsvFile, UnreadableCsv } from "./csv-file.ts";

/** One line of the file. Columns that it does not have are empty. */
export interface TableRow<Column extends string> {
  /** As a text editor counts. */
  readonly line: number;
  readonly cells: Readonly<Record<Column, string>>;
  /** What is wrong with the line as a line. */
  readonly problem: string | null;
}

export interface CsvTable<Column extends string> {
  /** What each column that was found is called in the file. */
  readonly titles: ReadonlyMap<Column, string>;
  readonly ignoredColumns: readonly string[];
  readonly rows: AsyncIterable<TableRow<Column>>;
}

export interface CsvTableWish<Column extends string> {
  /** What each column is called here and there, as `foldTitle` gives it. */
  readonly names: Readonly<Record<Column, readonly string[]>>;
  /** What the first line must name, as a sentence goes on, where it lacks something; null where all is there. */
  lacks(columns: ReadonlySet<Column>): string | null;
}

export async function openCsvTable<Column extends string>(
  open: () => Promise<Readable>,
  wish: CsvTableWish<Column>,
): Promise<CsvTable<Column>> {
  const file = await openCsvFile(open);
  const columns = columnsOf(file.titles, wish.names);
  const titles = new Map(
    columns.flatMap((column, index) =>
      column === null ? [] : [[column, (file.titles[index] ?? "").trim()] as const],
    ),
  );
  const lacking = wish.lacks(new Set(titles.keys()));
  if (lacking !== null) {
    const found = file.titles
      .map((title) => title.trim())
      .join(", ")
      .slice(0, 200);
    throw new UnreadableCsv(`The first line must name the columns: ${lacking}. It says: ${found}.`);
  }
  const ignored = file.titles.filter((title, index) => columns[index] === null && title.trim() !== "");
  return {
    titles,
    ignoredColumns: ignored.map((title) => title.trim().slice(0, 100)).slice(0, 50),
    rows: rowsOf(file.rows, columns, Object.keys(wish.names) as Column[]),
  };
}

/** Rows in chunks of `size`, to compare and write so many at once. */
export async function* inChunks<Row>(rows: AsyncIterable<Row>, size: number): AsyncGenerator<Row[]> {
  let chunk: Row[] = [];
  for await (const row of rows) {
    if (chunk.push(row) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

async function* rowsOf<Column extends string>(
  lines: AsyncIterable<CsvRow>,
  columns: readonly (Column | null)[],
  all: readonly Column[],
): AsyncGenerator<TableRow<Column>> {
  const blank = Object.fromEntries(all.map((column) => [column, ""])) as Record<Column, string>;
  for await (const { line, fields, problem } of lines) {
    const cells = { ...blank };
    for (const [index, column] of columns.entries())
      if (column !== null) cells[column] = (fields[index] ?? "").trim();
    // A line of nothing but separators is what spreadsheets leave behind.
    if (Object.values(cells).every((text) => text === "")) continue;
    yield { line, cells, problem };
  }
}

/** What each title means. Of two titles that mean the same, the first counts. */
function columnsOf<Column extends string>(
  titles: readonly string[],
  names: Readonly<Record<Column, readonly string[]>>,
): (Column | null)[] {
  const taken = new Set<Column>();
  return titles.map((title) => {
    const folded = foldTitle(title);
    const entries = Object.entries(names) as [Column, readonly string[]][];
    const column = entries.find(([, known]) => known.includes(folded))?.[0] ?? null;
    if (column === null || taken.has(column)) return null;
    taken.add(column);
    return column;
  });
}
