/**
 * Reads a file of people as schools have them: UTF-8 with or without a mark, UTF-16 as Excel writes it, Windows-1252;
 * commas, semicolons or tabs; in one pass, so that its length does not matter.
 */
import { pipeline, type Readable, Transform } from "node:stream";
import { parse } from "csv-parse";

/** A file that cannot be read as a list of people, in words for the person who sent it. */
export class UnreadablePeople extends Error {
  override readonly name = "UnreadablePeople";
}

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

export const recordBytesMax = 20_000;
const headerLengthMax = 10_000;

/** What the columns are called here and there; folded, without blanks and signs. */
const columnNames = {
  name: ["name", "fullname", "displayname"],
  given: ["firstname", "givenname", "forename", "vorname", "prenom"],
  family: ["lastname", "familyname", "surname", "nachname", "nom"],
  email: ["email", "emailaddress", "mail", "emailadresse", "courriel", "correo"],
  roles: ["role", "roles", "systemrole", "rolle", "rollen"],
} as const;
type Meaning = keyof typeof columnNames;

/** Opens the file twice: once to find its encoding and separator, once for the rows. */
export async function openPeopleFile(open: () => Promise<Readable>): Promise<PeopleFile> {
  const { encoding, start } = await lookAt(await open());
  const separator = separatorOf(start);
  const parser = parse({
    bom: true,
    delimiter: separator,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMax,
  });
  // Whatever ends early ends all three; the reader of `parser` hears the error.
  pipeline(await open(), decoderOf(encoding), parser, () => {});
  const lines = (parser as AsyncIterable<Parsed>)[Symbol.asyncIterator]();
  const header = await next(lines);
  if (header === null) throw new UnreadablePeople("The file has no lines.");
  const columns = header.record.map((title) => meaningOf(title));
  requireColumns(header.record, columns);
  const ignored = header.record.filter((title, index) => columns[index] === null && title.trim() !== "");
  return {
    ignoredColumns: ignored.map((title) => title.trim().slice(0, 100)).slice(0, 50),
    rows: rowsOf(lines, columns),
  };
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

async function next(lines: AsyncIterator<Parsed>): Promise<Parsed | null> {
  try {
    const { value, done } = await lines.next();
    return done === true ? null : value;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code !== "string" || !code.startsWith("CSV_")) throw error;
    throw new UnreadablePeople(
      `The file cannot be read as CSV: ${error instanceof Error ? error.message : code}.`,
    );
  }
}

async function* rowsOf(
  lines: AsyncIterator<Parsed>,
  columns: readonly (Meaning | null)[],
): AsyncGenerator<FileRow> {
  try {
    for (let parsed = await next(lines); parsed !== null; parsed = await next(lines)) {
      const row = rowOf(parsed, columns);
      if (row !== null) yield row;
    }
  } finally {
    await lines.return?.();
  }
}

/** The line by the meaning of its columns; null where it is empty but for separators. */
function rowOf({ record, info }: Parsed, columns: readonly (Meaning | null)[]): FileRow | null {
  const found: Partial<Record<Meaning, string>> = {};
  for (const [index, meaning] of columns.entries())
    if (meaning !== null) found[meaning] ??= (record[index] ?? "").trim();
  if (Object.values(found).every((text) => text === "")) return null;
  return {
    line: info.lines,
    name: found.name || [found.given, found.family].filter(Boolean).join(" "),
    email: found.email ?? "",
    roles: found.roles ?? "",
    problem:
      record.length > columns.length
        ? `This line has ${record.length} fields, the first one ${columns.length}. A field with a separator in it belongs in quotes.`
        : null,
  };
}

function requireColumns(titles: readonly string[], columns: readonly (Meaning | null)[]): void {
  const has = (meaning: Meaning) => columns.includes(meaning);
  if (has("email") && (has("name") || has("given") || has("family"))) return;
  const found = titles
    .map((title) => title.trim())
    .join(", ")
    .slice(0, 200);
  throw new UnreadablePeople(
    `The first line must name the columns: name (or first name and last name), email and, if you like, roles. It says: ${found}.`,
  );
}

function meaningOf(title: string): Meaning | null {
  const folded = title
    .normalize("NFKD")
    .toLowerCase()
    // Marks go too: they are neither letters nor digits.
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
  for (const [meaning, names] of Object.entries(columnNames))
    if ((names as readonly string[]).includes(folded)) return meaning as Meaning;
  return null;
}

/** The separator that the first line has most of. */
function separatorOf(start: string): string {
  const [line = ""] = start.replace(/^\uFEFF/, "").split(/\r?\n|\r/, 1);
  const counted = [",", ";", "\t"].map((sign) => ({ sign, count: line.split(sign).length }));
  return counted.reduce((most, each) => (each.count > most.count ? each : most)).sign;
}

function decoderOf(encoding: Encoding): Transform {
  const decoder = new TextDecoder(encoding);
  return new Transform({
    readableObjectMode: false,
    transform(chunk: Buffer, _encoding, done) {
      done(null, decoder.decode(chunk, { stream: true }));
    },
    flush(done) {
      done(null, decoder.decode());
    },
  });
}

type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";

/** The mark at the start of text that Excel saves as Unicode. */
function markOf(head: Buffer): "utf-16le" | "utf-16be" | null {
  const mark = head.subarray(0, 2).toString("hex");
  if (mark === "fffe") return "utf-16le";
  return mark === "feff" ? "utf-16be" : null;
}

/** UTF-8 is told by its form, which text in another encoding never has by chance for long. */
async function lookAt(source: Readable): Promise<{ encoding: Encoding; start: string }> {
  const strict = new TextDecoder("utf-8", { fatal: true });
  let head = Buffer.alloc(0);
  let isUtf8 = true;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    if (head.length < headerLengthMax) head = Buffer.concat([head, chunk.subarray(0, headerLengthMax)]);
    if (markOf(head) !== null) {
      if (head.length >= headerLengthMax) break;
      continue;
    }
    if (chunk.includes(0)) throw new UnreadablePeople("This is no text file. Save the list as CSV.");
    try {
      strict.decode(chunk, { stream: true });
    } catch {
      isUtf8 = false;
      if (head.length >= headerLengthMax) break;
    }
  }
  const marked = markOf(head);
  if (marked !== null) return { encoding: marked, start: new TextDecoder(marked).decode(head) };
  try {
    strict.decode();
  } catch {
    isUtf8 = false;
  }
  const encoding = isUtf8 ? "utf-8" : "windows-1252";
  return { encoding, start: new TextDecoder(encoding).decode(head) };
}
