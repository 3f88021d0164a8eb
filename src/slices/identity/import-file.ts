/** Reads a file of people: the columns that it may have, and what each line says. */
import type { Readable } from "node:stream";
import { openCsvTable, type TableRow } from "#kernel/csv-table.ts";

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

/** What the columns by which people are told are called, in every file that names people. */
export const personColumns = {
  name: ["name", "fullname", "displayname"],
  given: ["firstname", "givenname", "forename", "vorname", "prenom"],
  family: ["lastname", "familyname", "surname", "nachname", "nom"],
  email: ["email", "emailaddress", "mail", "emailadresse", "courriel", "correo"],
} as const;
const columnNames = { ...personColumns, roles: ["role", "roles", "systemrole", "rolle", "rollen"] } as const;
type Column = keyof typeof columnNames;

export async function openPeopleFile(open: () => Promise<Readable>): Promise<PeopleFile> {
  const { ignoredColumns, rows } = await openCsvTable<Column>(open, {
    names: columnNames,
    lacks: (columns) =>
      columns.has("email") && (columns.has("name") || columns.has("given") || columns.has("family"))
        ? null
        : "name (or first name and last name), email and, if you like, roles",
  });
  return { ignoredColumns, rows: people(rows) };
}

async function* people(rows: AsyncIterable<TableRow<Column>>): AsyncGenerator<FileRow> {
  for await (const { line, cells, problem } of rows)
    yield { line, name: nameInCells(cells), email: cells.email, roles: cells.roles, problem };
}

/** The whole name, where a file has it in one piece or in two. */
export function nameInCells(cells: Readonly<Record<"name" | "given" | "family", string>>): string {
  return cells.name || [cells.given, cells.family].filter(Boolean).join(" ");
}
