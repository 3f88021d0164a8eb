/** Inputs that are nearly right, so that they get past the first check, and some that are nothing at all. */
import { z } from "zod";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import type { KnownIds } from "./school.ts";

/** What is sent: a body as text, or query parameters. */
export type Asked =
  | { readonly body: string; readonly key: string | null }
  | { readonly query: readonly (readonly [string, string])[] };

interface Choices {
  readonly below: (max: number) => number;
  readonly pick: <T>(values: readonly T[]) => T;
  readonly ids: KnownIds;
  /** Milliseconds UTC; instants are chosen around it. */
  readonly now: number;
}

interface Shape {
  readonly type?: string | readonly string[];
  readonly enum?: readonly JsonValue[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
}

const dayMs = 24 * 3_600_000;

const texts: readonly string[] = [
  "",
  " ",
  "Autumn 2026",
  "SKY-101",
  "mira@lindenfeld.example",
  "lena\u0000",
  "\ud800",
  "‮evil",
  "%_\\",
  "'; drop table people; --",
  "{{7*7}}",
  "../../etc/passwd",
  "__proto__",
  "ünïcödé 漢字 😀",
  "null",
  "-1",
  "x".repeat(201),
  "y".repeat(100_000),
];
const numbers: readonly number[] = [0, 1, 2, -1, 0.5, 1e-7, 1e21, 2 ** 31, 2 ** 53, -(2 ** 53), 100, 101];
const bodies: readonly string[] = [
  "",
  "null",
  "[]",
  "7",
  '"text"',
  "{",
  '{"a":1,}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  `{"${"k".repeat(500_000)}":1}`,
  JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, index]))),
  `{"title":"${"z".repeat(1_100_000)}"}`,
];

/** Gives the function that makes up the next input of an operation. */
export function createInputs({ below, pick, ids: known, now }: Choices) {
  const ids = [...new Set([...known.values()].flat())];
  const byField = new Map<string, readonly string[]>();
  /** Mostly of the kind that the field is named after: `groupSetIds` takes those of `groupSet`, `markerId` any. */
  const anIdFor = (field: string): string => {
    if (below(4) === 0) return pick(ids);
    const kind = field.replace(/Ids?$/, "").toLowerCase();
    let fitting = byField.get(kind);
    if (fitting === undefined) {
      const names = [...known].filter(([name]) => name.toLowerCase().endsWith(kind));
      fitting = names.flatMap(([, values]) => values);
      byField.set(kind, fitting);
    }
    return pick(fitting.length > 0 ? fitting : ids);
  };
  const shapes = new Map<string, Shape>();
  const shapeOf = (operation: RegisteredOperation): Shape => {
    const known = shapes.get(operation.name);
    if (known !== undefined) return known;
    const shape = z.toJSONSchema(operation.input, { io: "input" }) as Shape;
    shapes.set(operation.name, shape);
    return shape;
  };

  // Half of the calls are wild; the others hold what their fields ask for, and so get to the rules behind the shapes.
  let isWild = true;
  const anything = (): JsonValue =>
    pick<() => JsonValue>([
      () => pick(texts),
      () => pick(numbers),
      () => pick(ids),
      () => null,
      () => below(2) === 0,
      () => [pick(texts), pick(numbers)],
      () => ({ [pick(texts)]: pick(texts) }),
    ])();

  function fitting(name: string, shape: Shape): JsonValue {
    if (shape.enum !== undefined) return pick(shape.enum);
    if (shape.anyOf !== undefined) return fitting(name, pick(shape.anyOf));
    switch (shape.type) {
      case "string":
        if (/Ids?$/.test(name)) return anIdFor(name);
        if (isWild && below(3) === 0) return pick(texts);
        return name.toLowerCase().endsWith("email")
          ? `fuzz-${below(50)}@lindenfeld.example`
          : `text ${below(1_000)}`;
      case "integer":
      case "number":
        if (isWild && below(3) === 0) return pick(numbers);
        return name.endsWith("At") ? now + (below(60) - 20) * dayMs : 1 + below(5);
      case "boolean":
        return below(2) === 0;
      case "array":
        return Array.from({ length: below(4) }, () => fitting(name, shape.items ?? {}));
      case "object":
        return objectOf(shape);
      case "null":
        return null;
      default:
        return anything();
    }
  }

  function objectOf(shape: Shape): JsonObject {
    const required = new Set(shape.required ?? []);
    const input: JsonObject = {};
    for (const [name, field] of Object.entries(shape.properties ?? {})) {
      const isLeftOut = required.has(name) ? isWild && below(25) === 0 : below(2) === 0;
      if (!isLeftOut) input[name] = isWild && below(8) === 0 ? anything() : fitting(name, field);
    }
    if (isWild && below(20) === 0) input[pick(texts)] = anything();
    return input;
  }

  return {
    next(operation: RegisteredOperation): Asked {
      isWild = below(2) === 0;
      const input = objectOf(shapeOf(operation));
      if (operation.method === "GET")
        return { query: Object.entries(input).flatMap(([name, value]) => parametersOf(name, value)) };
      const body = isWild && below(10) === 0 ? pick(bodies) : JSON.stringify(input);
      // Few keys, so that many a one comes again with another input, or from somebody else.
      const key = below(4) === 0 ? `key-${below(20)}` : null;
      return { body, key };
    },
  };
}

/** Addresses end somewhere: a text that no proxy would let through is cut. */
const parameterLengthMax = 2_000;

function parametersOf(name: string, value: JsonValue): (readonly [string, string])[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((each) => [
    name.slice(0, parameterLengthMax),
    (typeof each === "string" ? each : JSON.stringify(each)).slice(0, parameterLengthMax),
  ]);
}
