/** Answers for people: lists as tables, single things as cards, times as times. `--json` gives the answer as it is. */
import type { JsonObject, JsonValue } from "#base/json.ts";
import { kebabCase } from "./flags.ts";

const cellWidthMax = 48;

/** `value` as text for a terminal, ending in a line break. */
export function render(value: JsonValue): string {
  if (isObject(value)) {
    const { items, nextCursor, ...rest } = value;
    if (Array.isArray(items) && Object.keys(rest).length === 0) {
      const more =
        typeof nextCursor === "string" ? `\nThere are more: go on with --cursor ${nextCursor}\n` : "";
      return `${list(items, "")}${more}`;
    }
    return card(value, "");
  }
  return Array.isArray(value) ? list(value, "") : `${scalar("", value)}\n`;
}

function list(items: readonly JsonValue[], indent: string): string {
  if (items.length === 0) return `${indent}(none)\n`;
  const objects = items.filter(isObject);
  if (objects.length < items.length) return items.map((item) => `${indent}${scalar("", item)}\n`).join("");
  return table(objects, indent);
}

function table(rows: readonly JsonObject[], indent: string): string {
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

function card(object: JsonObject, indent: string): string {
  const entries = Object.entries(object).filter(([, value]) => value !== null);
  const labelWidth = Math.max(0, ...entries.map(([name]) => width(title(name))));
  return entries
    .map(([name, value]) => {
      const label = pad(title(name), labelWidth);
      if (isObject(value)) return `${indent}${title(name)}\n${card(value, `${indent}  `)}`;
      if (Array.isArray(value) && value.some(isObject))
        return `${indent}${title(name)}\n${list(value, `${indent}  `)}`;
      const text = Array.isArray(value)
        ? value.map((each) => scalar(name, each)).join(", ")
        : scalar(name, value);
      return `${indent}${label}  ${text.replaceAll("\n", `\n${indent}${" ".repeat(labelWidth + 2)}`)}\n`;
    })
    .join("");
}

function cell(name: string, value: JsonValue): string {
  const line = inLine(name, value).replaceAll(/\s+/g, " ");
  // Ids are for copying, so they are never cut.
  return width(line) > cellWidthMax && !/(^i|I)d$/.test(name) ? `${line.slice(0, cellWidthMax - 1)}…` : line;
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
  if (typeof value === "number" && /At$/.test(name))
    return new Date(value)
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z$/, " UTC");
  if (typeof value === "number" && name === "bytes") return bytesText(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") return JSON.stringify(value);
  // What others wrote must not steer the terminal.
  return String(value).replaceAll(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "�");
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
