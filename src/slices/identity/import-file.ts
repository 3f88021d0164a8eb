/** What the columns of a file of people mean, whatever they are called; the reading itself is the kernel's. */
import type { Readable } from "node:stream";
import { type CsvRow, foldTitle, openCsvFile, UnreadableCsv } from "#kernel/csv-file.ts";

/** One line of the file, by what the columns mean. Lists and fields that are missing are empty. */
export interface FileRow {
  /** As a text editor counts. */
  readonly line: number;
  readonly name: string;
  readonly email: string;
  readonly roles: string;
  /** What is wrong with the line as a line. */
  readonly problem: string | null;
}

export interface PeopleFile {
  readonly ignoredColumns: readonly string[];
  readonly rows: AsyncIterable<FileRow>;
}

/** What the columns are called here and there; folded, without blanks and signs. */
const columnNames = {
  name: ["name", "fullname", "displayname"],
  given: ["firstname", "givenname", "forename", "vorname", "prenom"],
  family: ["lastname", "familyname", "surname", "nachname", "nom"],
  email: ["email", "emailaddress", "mail", "emailadresse", "courriel", "correo"],
  roles: ["role", "roles", "systemrole", "rolle", "rollen"],
} as const;
type Meaning = keyof typeof columnNames;

export async function openPeopleFile(open: () => Promise<Readable>): Promise<PeopleFile> {
  const { titles, rows } = await openCsvFile(open);
  const columns = titles.map((title) => meaningOf(title));
  requireColumns(titles, columns);
  const ignored = titles.filter((title, index) => columns[index] === null && title.trim() !== "");
  return {
    ignoredColumns: ignored.map((title) => title.trim().slice(0, 100)).slice(0, 50),
    rows: rowsOf(rows, columns),
  };
}

async function* rowsOf(
  lines: AsyncIterable<CsvRow>,
  columns: readonly (Meaning | null)[],
): AsyncGenerator<FileRow> {
  for await (const line of lines) {
    const row = rowOf(line, columns);
    if (row !== null) yield row;
  }
}

/** The line by the meaning of its columns; null where it is empty but for separators. */
function rowOf({ fields, line, problem }: CsvRow, columns: readonly (Meaning | null)[]): FileRow | null {
  const found: Partial<Record<Meaning, string>> = {};
  for (const [index, meaning] of columns.entries())
    if (meaning !== null) found[meaning] ??= (fields[index] ?? "").trim();
  if (Object.values(found).every((text) => text === "")) return null;
  return {
    line,
    name: found.name || [found.given, found.family].filter(Boolean).join(" "),
    email: found.email ?? "",
    roles: found.roles ?? "",
    problem,
  };
}

function requireColumns(titles: readonly string[], columns: readonly (Meaning | null)[]): void {
  const has = (meaning: Meaning) => columns.includes(meaning);
  if (has("email") && (has("name") || has("given") || has("family"))) return;
  const found = titles
    .map((title) => title.trim())
    .join(", ")
    .slice(0, 200);
  throw new UnreadableCsv(
    `The first line must name the columns: name (or first name and last name), email and, if you like, roles. It says: ${found}.`,
  );
}

function meaningOf(title: string): Meaning | null {
  const folded = foldTitle(title);
  for (const [meaning, names] of Object.entries(columnNames))
    if ((names as readonly string[]).includes(folded)) return meaning as Meaning;
  return null;
}
