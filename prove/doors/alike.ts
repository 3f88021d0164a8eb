/** When two answers are the same, whichever doors they came through. */
import type { JsonValue } from "#base/json.ts";

/** Fields in which each call differs from the next, whatever the door. */
const ofTheCall =
  /^(requestId|door|agent|address|device|place|token|.*Token|.*Link|secret|uri|recoveryCodes|url|challenge|options|readyIn)$/;

/** It signs the ids that a receipt names, which each school draws for itself. */
const ofReceipt = /^Signature: [\w-]{43}$/m;

/** Without what differs from call to call, and without fields that hold nothing: proto and JSON say that differently. */
export function cleaned(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(cleaned);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, each]) => !ofTheCall.test(name) && each !== null && each !== undefined)
      .map(([name, each]): [string, JsonValue] => [name, cleaned(each ?? null)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Says ids by the order in which they were first seen, here and in everything before: schools behind different doors
 * make different ones, since some doors take uploads in other steps.
 */
export function createNamer(): (value: JsonValue) => JsonValue {
  const names = new Map<string, string>();
  const named = (id: string) => {
    const name = names.get(id) ?? `#${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  const say = (value: JsonValue): JsonValue => {
    if (typeof value === "string")
      return value
        .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, named)
        .replace(ofReceipt, "Signature: given");
    if (Array.isArray(value)) return value.map(say);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]): [string, JsonValue] => [String(say(key)), say(each ?? null)]),
    );
  };
  return say;
}
