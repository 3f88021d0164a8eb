/** Answers for people: lists as tables, single things as cards, times as times. `--json` gives the answer as it is. */
import type { JsonObject, JsonValue } from "#base/json.ts";
import { kebabCase } from "./flags.ts";
import { instantText } from "./instants.ts";

const cellWidthMax = 48;
/** A narrower column of text is harder to read than lines that break anywhere. */
const textWidthMin = 24;
/** What programs need and people do not: where a list goes on, and what a secret was made from. */
const notForPeople = new Set(["nextCursor", "secretId"]);

/** Where text goes: so far in, with so much room in the line, and whether it is a part of something else. */
interface Place {
  readonly indent: string;
  readonly columns: number;
  readonly isPart: boolean;
}

/** `value` as text for a terminal of so many columns, ending in a line break. */
export function render(value: JsonValue, columns: number = Number.POSITIVE_INFINITY): string {
  const place = { indent: "", columns, isPart: false };
  if (isObject(value)) {
    const { items, nextCursor: _, ...rest } = value;
    if (Array.isArray(items) && Object.keys(rest).length === 0) return list(items, place);
    return card(value, place);
  }
  return Array.isArray(value) ? list(value, place) : `${scalar("", value)}\n`;
}

function list(items: readonly JsonValue[], place: Place): string {
  const { indent } = place;
  if (items.length === 0) return `${indent}(none)\n`;
  const objects = items.filter(isObject);
  if (objects.length < items.length) return items.map((item) => `${indent}${scalar("", item)}\n`).join("");
  return table(objects, place);
}

function table(rows: readonly JsonObject[], place: Place): string {
  const { indent, columns } = place;
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => cell(name, row[name] ?? null)));
  // A column in which every row is empty says nothing.
  const shown = names.flatMap((name, index) =>
    cells.some((row) => row[index] !== "") ? [{ name, index }] : [],
  );
  const lines = [
    shown.map(({ name }) => title(name).toUpperCase()),
    ...cells.map((row) => shown.map(({ index }) => row[index] ?? "")),
  ];
  const widths = shown.map((_column, at) => Math.max(...lines.map((line) => width(line[at] ?? ""))));
  const total = widths.reduce((sum, each) => sum + each + 2, indent.length - 2);
  // Lines that break in the middle cannot be read: then each row is a card.
  if (total > columns) return rows.map((row) => card(row, { ...place, isPart: true })).join("\n");
  return lines
    .map(
      (line) =>
        `${indent}${line
          .map((text, at) => pad(text, widths[at] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function card(object: JsonObject, place: Place): string {
  const { indent, columns } = place;
  const inner = { indent: `${indent}  `, columns, isPart: true };
  const entries = Object.entries(object).filter(
    ([name, value]) =>
      value !== null &&
      !notForPeople.has(name) &&
      !(place.isPart && Array.isArray(value) && value.length === 0),
  );
  const labelWidth = Math.max(0, ...entries.map(([name]) => width(title(name))));
  return entries
    .map(([name, value]) => {
      if (isObject(value)) return `${indent}${title(name)}\n${card(value, inner)}`;
      if (Array.isArray(value) && value.some(isObject))
        return `${indent}${title(name)}\n${list(value, inner)}`;
      const label = `${indent}${pad(title(name), labelWidth)}  `;
      return `${hanging(label, lineOf(name, value), columns)}\n`;
    })
    .join("");
}

/** A value behind its label. An empty list is a dash, not "none": of accepted kinds, it means any. */
function lineOf(name: string, value: JsonValue): string {
  if (!Array.isArray(value)) return scalar(name, value);
  return value.length === 0 ? "-" : value.map((each) => scalar(name, each)).join(", ");
}

/** `text` behind `label`, every further line under the first; broken between words where the terminal is narrow. */
function hanging(label: string, text: string, columns: number): string {
  const margin = width(label);
  const room = columns - margin < textWidthMin ? Number.POSITIVE_INFINITY : columns - margin;
  return text
    .split("\n")
    .flatMap((line) => wrapped(line, room))
    .map((line, at) => `${at === 0 ? label : " ".repeat(margin)}${line}`.trimEnd())
    .join("\n");
}

/** A word that is longer than the room, such as an address, stays whole: it is for copying. */
function wrapped(line: string, room: number): readonly string[] {
  if (width(line) <= room) return [line];
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || width(`${last} ${word}`) > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function cell(name: string, value: JsonValue): string {
  const line = inLine(name, value).replaceAll(/\s+/g, " ");
  // Ids and hashes are for copying, so they are never cut.
  return width(line) > cellWidthMax && !/((^i|I)d|^sha256)$/.test(name)
    ? `${line.slice(0, cellWidthMax - 1)}…`
    : line;
}

/** A value in one line: an object by its name, or else by those of its fields that say something. */
function inLine(name: string, value: JsonValue): string {
  if (Array.isArray(value))
    return value.some((each) => isObject(each) && nameOf(each) === null)
      ? String(value.length)
      : value.map((each) => inLine("", each)).join(", ");
  if (!isObject(value)) return scalar(name, value);
  return (
    nameOf(value) ??
    Object.entries(value)
      .filter(([, field]) => field !== null && typeof field !== "object")
      .map(([field, each]) => `${title(field)} ${scalar(field, each)}`)
      .join(", ")
  );
}

function nameOf(value: JsonObject): string | null {
  const name = value.title ?? value.name ?? value.fileName ?? value.id ?? null;
  return name === null ? null : scalar("", name);
}

function scalar(name: string, value: JsonValue): string {
  if (value === null) return "";
  if (typeof value === "number") {
    const instant = instantText(name, value);
    if (instant !== null) return instant;
  }
  if (typeof value === "number" && /^bytes$|Bytes(Max)?$/.test(name)) return bytesText(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") return JSON.stringify(value);
  // What others wrote must not steer the terminal.
  return String(value)
    .replaceAll("\r\n", "\n")
    .replaceAll(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "�");
}

/** `1536` as `1.5 KiB`. */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

function title(name: string): string {
  return kebabCase(name).replaceAll("-", " ");
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const segmenter = new Intl.Segmenter();

/** Characters as people count them. */
function width(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : [...segmenter.segment(text)].length;
}

function pad(text: string, to: number): string {
  return text + " ".repeat(Math.max(0, to - width(text)));
}
