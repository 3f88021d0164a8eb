/**
 * Reads a table as schools have them: UTF-8 with or without a mark, UTF-16 as Excel writes it, Windows-1252; commas,
 * semicolons or tabs; in one pass, so that its length does not matter. What the columns mean is its reader's to know.
 */
import { pipeline, type Readable, Transform } from "node:stream";
import { parse } from "csv-parse";

/** A file that cannot be read as the table it should be, in words for the person who sent it. */
export class UnreadableCsv extends Error {
  override readonly name = "UnreadableCsv";
}

export interface CsvRow {
  /** As a text editor counts. */
  readonly line: number;
  /** As the file has them; fewer than there are columns where the line is short. */
  readonly fields: readonly string[];
  /** What is wrong with the line as a line. */
  readonly problem: string | null;
}

export interface CsvFile {
  /** The first line. */
  readonly titles: readonly string[];
  readonly rows: AsyncIterable<CsvRow>;
}

export const recordBytesMax = 20_000;
const headerLengthMax = 10_000;

/** Opens the file twice: once to find its encoding and separator, once for the rows. */
export async function openCsvFile(
  open: () => Promise<Readable>,
  limits: { readonly recordBytesMax: number } = { recordBytesMax },
): Promise<CsvFile> {
  const { encoding, start } = await lookAt(await open());
  const parser = parse({
    bom: true,
    delimiter: separatorOf(start),
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: limits.recordBytesMax,
  });
  // Whatever ends early ends all three; the reader of `parser` hears the error.
  pipeline(await open(), decoderOf(encoding), parser, () => {});
  const lines = (parser as AsyncIterable<Parsed>)[Symbol.asyncIterator]();
  const header = await next(lines);
  if (header === null) throw new UnreadableCsv("The file has no lines.");
  return { titles: header.record, rows: rowsOf(lines, header.record.length) };
}

/** A column's title for comparing: folded, without blanks and signs. */
export function foldTitle(title: string): string {
  return (
    title
      .normalize("NFKD")
      .toLowerCase()
      // Marks go too: they are neither letters nor digits.
      .replaceAll(/[^\p{L}\p{N}]/gu, "")
  );
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
    throw new UnreadableCsv(
      `The file cannot be read as CSV: ${error instanceof Error ? error.message : code}.`,
    );
  }
}

async function* rowsOf(lines: AsyncIterator<Parsed>, columns: number): AsyncGenerator<CsvRow> {
  try {
    for (let parsed = await next(lines); parsed !== null; parsed = await next(lines)) {
      const { record, info } = parsed;
      const problem =
        record.length > columns
          ? `This line has ${record.length} fields, the first one ${columns}. A field with a separator in it belongs in quotes.`
          : null;
      yield { line: info.lines, fields: record, problem };
    }
  } finally {
    await lines.return?.();
  }
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
    if (chunk.includes(0)) throw new UnreadableCsv("This is no text file. Save the list as CSV.");
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
