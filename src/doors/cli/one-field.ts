/** `--field courseId`: one part of an answer and nothing else, for scripts without a tool that reads JSON. */
import type { JsonValue } from "#base/json.ts";
import { failureTable } from "#kernel/errors.ts";
import { CliFailure, usage } from "./failure.ts";

const remedy = "What the command does is done; only its answer is not shown.";

/** What stands at `path` (`courseId`, `items.0.title`, `items.*.courseId`), a line for each; texts as they are. */
export function oneField(value: JsonValue, path: string): string {
  let found: readonly JsonValue[] = [value];
  for (const name of path.split(".")) found = found.flatMap((each) => partsOf(each, name, path));
  return found.map((each) => lineOf(each)).join("");
}

function partsOf(value: JsonValue, name: string, path: string): readonly JsonValue[] {
  const isInside = typeof value === "object" && value !== null;
  if (name === "*" && isInside) return Object.values(value) as JsonValue[];
  const part = isInside ? (value as Record<string, JsonValue>)[name] : undefined;
  if (part !== undefined && Object.hasOwn(value as object, name)) return [part];
  if (Array.isArray(value) && /^\d+$/.test(name))
    throw new CliFailure(`The answer has no "${path}": the list has ${value.length} entries.`, {
      ...{ exitStatus: failureTable.not_found.exit, code: "not_found", remedy },
    });
  const names = isInside ? Object.keys(value) : [];
  const shown = names.length === 0 ? "nothing further" : names.slice(0, 30).join(", ");
  throw usage(`The answer has no field "${path}": at "${name}" there is ${shown}.`, remedy);
}

function lineOf(value: JsonValue): string {
  const text = typeof value === "string" ? value : value === null ? "" : JSON.stringify(value);
  return text.endsWith("\n") ? text : `${text}\n`;
}
