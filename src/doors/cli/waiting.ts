/**
 * Work that goes on after the answer: an import that is read, a copy that is made. Such an answer has a `state`, and the slice has
 * a read that tells the same of it again. With `--wait` a command asks that read until the work rests.
 */
import type { z } from "zod";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { RegisteredOperation, Registry } from "#kernel/registry.ts";

const firstPauseMs = 100;
const pauseMsMax = 2_000;

/** States in which something is being done: `reading`, `applying`, `waiting`. */
const atWork = /ing$/;

/** How to ask for the same again. */
export interface Watch {
  readonly read: RegisteredOperation;
  inputOf(output: JsonObject): JsonObject;
}

/** The read that follows what `operation` begins; null where its answer is the end of it. */
export function watchOf(registry: Registry, operation: RegisteredOperation): Watch | null {
  if (!goesOn(operation.output)) return null;
  const read = registry.operations.find(
    (each) => each.kind === "read" && each.output === operation.output && idFieldOf(each) !== null,
  );
  const field = read === undefined ? null : idFieldOf(read);
  if (read === undefined || field === null) return null;
  return { read, inputOf: (output) => ({ [field]: output[field] ?? output.id ?? null }) };
}

/** Asks until the work rests; gives the last answer. */
export async function waitFor(
  first: JsonValue,
  ask: (output: JsonObject) => Promise<JsonValue>,
  wait: (durationMs: number) => Promise<void>,
): Promise<JsonValue> {
  let output = first;
  for (
    let pauseMs = firstPauseMs;
    atWork.test(stateOf(output));
    pauseMs = Math.min(pauseMs * 2, pauseMsMax)
  ) {
    await wait(pauseMs);
    output = await ask(output as JsonObject);
  }
  return output;
}

/** Whether the work that was waited for came to nothing. */
export function hasFailed(output: JsonValue): boolean {
  return stateOf(output) === "failed";
}

function stateOf(output: JsonValue): string {
  const isObject = typeof output === "object" && output !== null && !Array.isArray(output);
  return isObject && typeof output.state === "string" ? output.state : "";
}

function goesOn(output: z.ZodType): boolean {
  const state = output.type === "object" ? (output as z.ZodObject).shape.state : undefined;
  return state?.type === "enum" && (state as z.ZodEnum).options.some((each) => atWork.test(String(each)));
}

/** The one field of a read that asks by an id alone. */
function idFieldOf({ input }: RegisteredOperation): string | null {
  const [field, ...others] = Object.keys(input.shape);
  return field !== undefined && others.length === 0 && /Id$/.test(field) ? field : null;
}
