/** Answers that come in pages: all of them as one with `--all`, and otherwise a word on how to go on. */
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";

/** Whether `operation` gives its answer in pages. */
export function isPaged(operation: RegisteredOperation): boolean {
  const { input, output } = operation;
  return "cursor" in input.shape && "shape" in output && "nextCursor" in (output.shape as object);
}

/** Where the next page begins; null after the last. */
export function nextCursorOf(output: JsonValue): string | null {
  const isObject = typeof output === "object" && output !== null && !Array.isArray(output);
  const cursor = isObject ? output.nextCursor : null;
  return typeof cursor === "string" && cursor !== "" ? cursor : null;
}

/** `first` with all the pages after it. */
export async function withAllPages(
  first: JsonValue,
  next: (cursor: string) => Promise<JsonValue>,
): Promise<JsonValue> {
  let whole = first;
  for (let cursor = nextCursorOf(first); cursor !== null; ) {
    const page = await next(cursor);
    whole = joined(whole as JsonObject, page as JsonObject);
    const after = nextCursorOf(page);
    // A server that gives the same page for ever is not followed for ever.
    cursor = after === cursor ? null : after;
  }
  return whole;
}

export function moreHint(cursor: string): string {
  return `There are more: give --all for everything, or go on with --cursor ${cursor}\n`;
}

/** Lists after each other, maps over each other, texts in a row; what is the same on each page stays. */
function joined(whole: JsonObject, page: JsonObject): JsonObject {
  const both: JsonObject = { ...whole };
  for (const [name, value] of Object.entries(page)) {
    const before = whole[name];
    if (Array.isArray(before) && Array.isArray(value)) both[name] = [...before, ...value];
    else if (isMap(before) && isMap(value)) both[name] = { ...before, ...value };
    else if (/^(text|csv)$/.test(name) && typeof before === "string") both[name] = before + String(value);
    else both[name] = value;
  }
  return both;
}

function isMap(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
