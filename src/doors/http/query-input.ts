/**
 * Query parameters as an operation's input. A query string knows only texts; the operation's schema says which of
 * them are numbers, booleans or lists. What does not fit is left as it came, so that the schema names the problem.
 */
import type { z } from "zod";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { type Problem, Refusal } from "#kernel/errors.ts";

type RawQuery = Readonly<Record<string, string | string[] | undefined>>;
type Reader = (text: string) => JsonValue;

interface Field {
  readonly encoding: Encoding;
  readonly read: Reader;
}

/** How a field stands in a query string: once as text, repeated for each entry of a list, or as JSON. */
export type Encoding = "text" | "repeat" | "json";

/** The query parameters of `schema`'s operation, for the reference. */
export function queryFields(
  schema: z.ZodObject,
): readonly { readonly name: string; readonly encoding: Encoding }[] {
  return Object.entries(schema.shape).map(([name, type]) => ({
    name,
    encoding: fieldOf(type as z.ZodType).encoding,
  }));
}

/** Gives the function that turns the query parameters of `schema`'s operation into its input. */
export function queryReader(schema: z.ZodObject): (query: RawQuery) => JsonObject {
  const fields = new Map(
    Object.entries(schema.shape).map(([name, type]) => [name, fieldOf(type as z.ZodType)]),
  );
  return (query) => {
    const input: JsonObject = {};
    const problems: Problem[] = [];
    for (const name in query) {
      const raw = query[name];
      if (raw === undefined) continue;
      const field = fields.get(name);
      // A parameter that the schema does not know stays, so that the schema refuses it by name.
      if (field === undefined) define(input, name, raw);
      else if (field.encoding === "repeat")
        input[name] = (typeof raw === "string" ? [raw] : raw).map(field.read);
      else if (typeof raw === "string") input[name] = field.read(raw);
      else problems.push({ field: name, message: "Give this once: it takes a single value." });
    }
    if (problems.length > 0)
      throw new Refusal("invalid_input", "A parameter was given more than once.", { problems });
    return input;
  };
}

/** Own property even for the name `__proto__`, which an assignment would swallow. */
function define(input: JsonObject, name: string, value: JsonValue): void {
  Object.defineProperty(input, name, { value, enumerable: true, configurable: true, writable: true });
}

function fieldOf(type: z.ZodType): Field {
  const { bare, nullable } = unwrap(type);
  if (bare.type === "array")
    return { encoding: "repeat", read: readerOf((bare as z.ZodArray<z.ZodType>).element) };
  const encoding = bare.type === "object" || bare.type === "record" ? "json" : "text";
  return { encoding, read: nullable ? orNull(readerOf(bare)) : readerOf(bare) };
}

function readerOf(type: z.ZodType): Reader {
  const { bare } = unwrap(type);
  switch (bare.type) {
    case "boolean":
      return (text) => (text === "true" ? true : text === "false" ? false : text);
    case "number":
      return (text) => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
    case "object":
    case "record":
      return jsonOrText;
    default:
      return (text) => text;
  }
}

function orNull(read: Reader): Reader {
  return (text) => (text === "null" ? null : read(text));
}

function jsonOrText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function unwrap(type: z.ZodType): { bare: z.ZodType; nullable: boolean } {
  let bare = type;
  let nullable = false;
  while (
    bare.type === "optional" ||
    bare.type === "nullable" ||
    bare.type === "default" ||
    bare.type === "prefault"
  ) {
    if (bare.type === "nullable") nullable = true;
    bare = (bare as z.ZodOptional<z.ZodType>).unwrap();
  }
  return { bare, nullable };
}
