/** The fields of an operation's input as flags: `courseId` is `--course-id`. Derived from the schema, never typed twice. */
import type { z } from "zod";
import type { JsonValue } from "#base/json.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { usage } from "./failure.ts";
import { isInstant } from "./instants.ts";

export type FlagKind = "text" | "integer" | "number" | "boolean" | "choice" | "json" | "instant" | "secret";

export interface Flag {
  /** The field of the input: `courseId`. */
  readonly field: string;
  /** Without dashes: `course-id`. */
  readonly name: string;
  readonly kind: FlagKind;
  readonly list: boolean;
  readonly required: boolean;
  readonly nullable: boolean;
  readonly choices: readonly string[];
  /** What an object as JSON has to hold: `{"title", "levels": [{"title", "points"}]}`; empty where nothing is to be said. */
  readonly shape: string;
  readonly description: string;
}

/** The flags of `operation`, in the order of its fields; the upload's id is none, since `--file` stands for it. */
export function flagsOf(operation: RegisteredOperation): readonly Flag[] {
  return Object.entries(operation.input.shape)
    .filter(([field]) => !(operation.accepts === "blob" && field === "uploadId"))
    .map(([field, schema]) => flagOf(field, schema as z.ZodType));
}

export function kebabCase(name: string): string {
  return name.replaceAll(/([A-Z])/g, "-$1").toLowerCase();
}

function flagOf(field: string, schema: z.ZodType): Flag {
  let required = true;
  let nullable = false;
  let bare = schema;
  let description = "";
  for (;;) {
    if (description === "") description = bare.meta()?.description ?? "";
    if (bare.type === "optional" || bare.type === "default" || bare.type === "prefault") required = false;
    else if (bare.type === "nullable") nullable = true;
    else break;
    bare = (bare as z.ZodOptional<z.ZodType>).unwrap();
  }
  const list = bare.type === "array";
  const element = list ? (bare as z.ZodArray<z.ZodType>).element : bare;
  return {
    field,
    // `--input` is the file with the whole input, of every command.
    name: field === "input" ? "the-input" : kebabCase(field),
    kind: kindOf(field, element),
    list,
    required,
    nullable,
    choices: choicesOf(element),
    shape: fieldsOf(element),
    description,
  };
}

/** More than this does not stand behind the flag: the help's second column would begin beyond the line. */
const placeholderLengthMax = 24;

/** What the help says of the flag, for somebody who types it. */
export function helpOf(flag: Flag): string {
  const { kind, list, shape, choices } = flag;
  const description =
    kind === "instant" ? flag.description.replace(/[;,]?( in)? milliseconds UTC/, "") : flag.description;
  const isLong = choices.join("|").length > placeholderLengthMax;
  return [
    description,
    ...(isLong ? [`One of: ${choices.join(", ")}.`] : []),
    ...(shape === "" ? [] : [`${list ? "Each as JSON" : "As JSON"}: ${shape}`]),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function kindOf(field: string, schema: z.ZodType): FlagKind {
  if (/password$/i.test(field)) return "secret";
  switch (schema.type) {
    case "number":
      if (!(schema as z.ZodNumber).isInt) return "number";
      return isInstant(field) ? "instant" : "integer";
    case "boolean":
      return "boolean";
    case "enum":
    case "literal":
      return "choice";
    case "string":
      return "text";
    default:
      return "json";
  }
}

function choicesOf(schema: z.ZodType): readonly string[] {
  if (schema.type === "enum") return (schema as z.ZodEnum).options.map(String);
  if (schema.type === "literal") return [...(schema as z.ZodLiteral).values].map(String);
  return [];
}

/** The fields of an object; what may be left out has a question mark. */
function fieldsOf(schema: z.ZodType): string {
  const { bare } = unwrapped(schema);
  if (bare.type === "array") {
    const inner = fieldsOf((bare as z.ZodArray<z.ZodType>).element);
    return inner === "" ? "" : `[${inner}]`;
  }
  if (bare.type !== "object") return "";
  const fields = Object.entries((bare as z.ZodObject).shape).map(([name, each]) => {
    const inner = fieldsOf(each as z.ZodType);
    const mark = unwrapped(each as z.ZodType).required ? "" : "?";
    return inner === "" ? `"${name}"${mark}` : `"${name}"${mark}: ${inner}`;
  });
  return `{${fields.join(", ")}}`;
}

function unwrapped(schema: z.ZodType): { readonly bare: z.ZodType; readonly required: boolean } {
  let bare = schema;
  let required = true;
  while (["optional", "default", "prefault", "nullable"].includes(bare.type)) {
    if (bare.type !== "nullable") required = false;
    bare = (bare as z.ZodOptional<z.ZodType>).unwrap();
  }
  return { bare, required };
}

/** What stands behind the flag in the help. */
export function placeholderOf(flag: Flag): string {
  const names: Record<FlagKind, string> = {
    text: "text",
    integer: "number",
    number: "number",
    boolean: "",
    choice: flag.choices.join("|").length > placeholderLengthMax ? "choice" : flag.choices.join("|"),
    json: "json",
    instant: "time",
    secret: "",
  };
  return names[flag.kind];
}

/** The value that `text` stands for. */
export function readValue(flag: Flag, text: string): JsonValue {
  const refuse = (accepted: string): never => {
    throw usage(`--${flag.name} is "${text}", but takes ${accepted}.`);
  };
  switch (flag.kind) {
    case "integer":
      return /^-?\d{1,15}$/.test(text) ? Number(text) : refuse("a whole number");
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : refuse("a number");
    case "instant":
      return readInstant(text) ?? refuse("a time such as 2026-12-01T12:00Z, or milliseconds since 1970");
    case "choice":
      return flag.choices.includes(text) ? text : refuse(`one of: ${flag.choices.join(", ")}`);
    case "json":
      return readJson(text) ?? refuse(flag.shape === "" ? "a JSON value" : `JSON: ${flag.shape}`);
    default:
      return text;
  }
}

/** A time with its zone, a day (its midnight here), or milliseconds. */
function readInstant(text: string): number | null {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const value = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text);
  return /^\d{4}-/.test(text) && !Number.isNaN(value) ? value : null;
}

export function readJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
