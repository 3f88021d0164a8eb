/**
 * Everything that the slices hold of one person, as the entries of an archive: for each slice its rows as JSON, the same
 * to read as Markdown, and the person's files. Read on one snapshot, in pages; of files only the names are held.
 */

import type { JsonObject, JsonValue } from "#base/json.ts";
import { cleanFileName } from "#engines/blobs/file-name.ts";
import { type Database, tablesOf } from "#engines/store/port.ts";
import { type ArchiveEntry, archiveEntriesMax, textEntry } from "./archive.ts";
import type { AuditEntriesTable } from "./audit.ts";
import { Refusal } from "./errors.ts";
import type { ExportedFile, ExportedPage, PersonTableSpec } from "./person-life.ts";
import type { Slice } from "./slice.ts";

/** What the texts of an export may take together: they are held while the archive is made; files are not. */
export const exportTextBytesMax = 64 * 1024 * 1024;
const rowsPerPage = 500;
/** Rows that one JSON file holds. */
const rowsPerFile = 5_000;
/** Actions of the last times, as the audit trail has them. */
const actionsMax = 10_000;

type AnyRow = Record<string, unknown>;
type Plan = PersonTableSpec<AnyRow>;

interface Section {
  readonly folder: string;
  readonly name: string;
  readonly title: string;
  readonly page: (range: { readonly limit: number; readonly offset: number }) => Promise<ExportedPage>;
}

interface Taken {
  readonly section: Section;
  readonly rows: readonly JsonObject[];
  readonly files: number;
}

export interface ExportParts {
  readonly slices: readonly Slice[];
  /** Whether what they did, as the audit trail has it, is among it. */
  readonly withActions: boolean;
  readonly personId: string;
  /** Accounts of theirs that were merged into this one: what they did with those is theirs, too. */
  readonly mergedIds: readonly string[];
  readonly personName: string;
  readonly schoolName: string;
  readonly now: number;
}

/** The entries of the export; refuses with `export_too_large` where it must be taken in parts. */
export async function exportPerson(
  database: Database,
  { slices, withActions, personId, mergedIds, personName, schoolName, now }: ExportParts,
): Promise<ArchiveEntry[]> {
  const entries = new Entries(now);
  const taken: Taken[] = [];
  const sections = [
    ...slices.flatMap((slice) => sectionsOf(database, slice, personId)),
    ...(withActions ? [actions(database, [personId, ...mergedIds])] : []),
  ];
  for (const section of sections) {
    const one = await take(section, entries);
    if (one.rows.length > 0) taken.push(one);
  }
  const courses = courseNames(taken);
  const byFolder = Map.groupBy(taken, ({ section }) => section.folder);
  for (const [folder, parts] of byFolder)
    entries.text(`${folder}/overview.md`, overviewOf(folder, parts, courses));
  const summary = summaryOf({ taken, personName, schoolName, now });
  return entries.withFirst([
    ["overview.md", summary],
    ["manifest.json", `${JSON.stringify(entries.manifest(personId), null, 2)}\n`],
  ]);
}

/** Gathers entries under names of which none is there twice. */
class Entries {
  readonly #now: number;
  readonly #entries: ArchiveEntry[] = [];
  readonly #paths = new Set<string>();
  #textBytes = 0;

  constructor(now: number) {
    this.#now = now;
  }

  text(path: string, text: string): void {
    this.#textBytes += Buffer.byteLength(text);
    if (this.#textBytes > exportTextBytesMax) throw tooLarge();
    this.#add(textEntry(this.#free(path), text, this.#now));
  }

  file(folder: string, { path, bytes, sha256, modifiedAt }: ExportedFile): void {
    const safe = path.split("/").map((part) => cleanFileName(part) || "file");
    this.#add({ path: this.#free(`${folder}/${safe.join("/")}`), bytes, sha256, text: null, modifiedAt });
  }

  manifest(personId: string): JsonObject {
    return {
      person: personId,
      made_at: new Date(this.#now).toISOString(),
      files: this.#entries.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    };
  }

  withFirst(texts: readonly (readonly [string, string])[]): ArchiveEntry[] {
    return [...texts.map(([path, text]) => textEntry(path, text, this.#now)), ...this.#entries];
  }

  #add(entry: ArchiveEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > archiveEntriesMax - 2) throw tooLarge();
  }

  #free(path: string): string {
    const dot = path.lastIndexOf(".");
    const [stem, ending] = dot > path.lastIndexOf("/") ? [path.slice(0, dot), path.slice(dot)] : [path, ""];
    for (let count = 1; ; count++) {
      const candidate = count === 1 ? path : `${stem} (${count})${ending}`;
      const key = candidate.normalize("NFKC").toLowerCase();
      if (this.#paths.has(key)) continue;
      this.#paths.add(key);
      return candidate;
    }
  }
}

function tooLarge(): Refusal {
  return new Refusal(
    "export_too_large",
    "This is more than one archive holds. Take it in parts: one area of the school at a time.",
  );
}

function sectionsOf(database: Database, { name: folder, person }: Slice, personId: string): Section[] {
  const own = person.sections.map(({ name, title, page }): Section => {
    const source = { db: tablesOf<never>(database) as never, personId };
    return { folder, name, title, page: (range) => page(source, range) };
  });
  const bare = Object.entries(person.tables).flatMap(([table, plan]) =>
    plan === "nobody" || typeof plan.shown !== "string"
      ? []
      : [
          {
            ...{ folder, name: table.replaceAll("_", "-"), title: plan.shown },
            page: (range: { readonly limit: number; readonly offset: number }) =>
              rowsOf(database, { table, plan, personId }, range),
          },
        ],
  );
  return [...own, ...bare];
}

/** The rows of a table that are theirs, as they are, but for secrets and the ids of other people. */
async function rowsOf(
  database: Database,
  { table, plan, personId }: { readonly table: string; readonly plan: Plan; readonly personId: string },
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<ExportedPage> {
  let select = tablesOf<Record<string, AnyRow>>(database)
    .selectFrom(table)
    .selectAll()
    .where((each) => each.or((plan.theirs ?? []).map((column) => each(column, "=", personId))))
    .limit(limit)
    .offset(offset);
  for (const column of plan.key) select = select.orderBy(column);
  const hidden = new Set<string>([
    ...(plan.leaveOut ?? []),
    ...(plan.theirs ?? []),
    ...(plan.authored ?? []),
  ]);
  if (table === "people") hidden.delete("id");
  const rows = await select.execute();
  return {
    rows: rows.map(
      (row) =>
        Object.fromEntries(Object.entries(row).filter(([column]) => !hidden.has(column))) as JsonObject,
    ),
  };
}

/** What they did, as the audit trail keeps it: kept by the kernel, which is no slice. */
function actions(database: Database, personIds: readonly string[]): Section {
  return {
    folder: "activity",
    name: "actions",
    title: "What you did, as far as it was written down",
    async page({ limit, offset }) {
      if (offset >= actionsMax) return { rows: [] };
      const rows = await tablesOf<{ audit_entries: AuditEntriesTable }>(database)
        .selectFrom("audit_entries")
        .select(["at", "operation", "outcome", "door", "address", "agent"])
        .where(
          "actor",
          "in",
          personIds.map((id) => `person:${id}`),
        )
        .orderBy("id", "desc")
        .limit(limit)
        .offset(offset)
        .execute();
      return { rows };
    },
  };
}

/** Reads a section to its end, and puts its rows and files into the archive. */
async function take(section: Section, entries: Entries): Promise<Taken> {
  const rows: JsonObject[] = [];
  let files = 0;
  for (let offset = 0; ; offset += rowsPerPage) {
    const page = await section.page({ limit: rowsPerPage, offset });
    rows.push(...page.rows.map((row) => readable(row) as JsonObject));
    for (const file of page.files ?? []) entries.file(section.folder, file);
    files += page.files?.length ?? 0;
    if (page.rows.length < rowsPerPage) break;
  }
  for (let from = 0; from < rows.length; from += rowsPerFile) {
    const number = from === 0 ? "" : `-${from / rowsPerFile + 1}`;
    const piece = rows.slice(from, from + rowsPerFile);
    entries.text(`${section.folder}/${section.name}${number}.json`, `${JSON.stringify(piece, null, 1)}\n`);
  }
  return { section, rows, files };
}

/** Columns that hold an instant although their names do not end in `_at`. */
const instants = new Set(["at", "since", "until", "quiet_until"]);

/** Instants as people and programs read them; nothing else is touched. */
function readable(value: JsonValue, name = ""): JsonValue {
  if (typeof value === "number" && (name.endsWith("_at") || instants.has(name)))
    return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((each) => readable(each));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, readable(each as JsonValue, key)]),
  );
}

/** What courses are called, from the rows that say so beside their id. */
function courseNames(taken: readonly Taken[]): ReadonlyMap<string, string> {
  return new Map(
    taken.flatMap(({ rows }) =>
      rows.flatMap(({ course_id, course }) =>
        typeof course_id === "string" && typeof course === "string" ? [[course_id, course] as const] : [],
      ),
    ),
  );
}

function summaryOf({
  taken,
  personName,
  schoolName,
  now,
}: {
  readonly taken: readonly Taken[];
  readonly personName: string;
  readonly schoolName: string;
  readonly now: number;
}): string {
  const lines = [
    `# What ${schoolName} keeps of ${personName}`,
    "",
    `As of ${new Date(now).toISOString()}. Each folder is an area of the school: \`overview.md\` is to be read, the JSON files`,
    "hold the same for programs, and files handed in or attached lie beside them. `manifest.json` lists everything.",
    "",
    "| Area | What | Entries | Files |",
    "|---|---|---|---|",
    ...taken.map(
      ({ section, rows, files }) =>
        `| [${section.folder}](${section.folder}/overview.md) | ${section.title} | ${rows.length} | ${files === 0 ? "" : files} |`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function overviewOf(folder: string, parts: readonly Taken[], courses: ReadonlyMap<string, string>): string {
  const lines = [`# ${folder}`];
  for (const { section, rows } of parts) {
    lines.push("", `## ${section.title}`, "");
    for (const row of rows) lines.push(...listed(row, courses, ""));
  }
  return `${lines.join("\n")}\n`;
}

/** One row as an item of a list, what it holds below it. */
function listed(row: JsonObject, courses: ReadonlyMap<string, string>, indent: string): string[] {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(row)) {
    if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) continue;
    const start = `${indent}${lines.length === 0 ? "- " : "  "}`;
    const label = name.replaceAll("_", " ");
    if (Array.isArray(value)) {
      lines.push(`${start}${label}:`);
      for (const each of value)
        lines.push(
          ...(each !== null && typeof each === "object" && !Array.isArray(each)
            ? listed(each as JsonObject, courses, `${indent}  `)
            : [`${indent}  - ${String(each)}`]),
        );
      continue;
    }
    const shown =
      name === "course_id"
        ? (courses.get(String(value)) ?? String(value))
        : typeof value === "object"
          ? JSON.stringify(value)
          : String(value);
    // Of several lines, each is indented, so that the list goes on behind them; two blanks break the line.
    lines.push(`${start}**${label}:** ${shown.replaceAll("\n", `\n${indent}  `)}  `);
  }
  return lines;
}
