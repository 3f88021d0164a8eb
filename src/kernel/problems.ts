/** Says what is wrong with an input, field by field, in sentences for the person who sent it. */
import type { z } from "zod";
import { type Problem, Refusal } from "./errors.ts";

const problemsMax = 20;
/** Names of fields that nobody declared come from outside: a longer one is cut where it is named in an answer. */
const fieldLengthMax = 100;

/** Parses `input` by `schema`; refuses with `invalid_input` and a problem for each field that does not fit. */
export function parseInput<Schema extends z.ZodObject>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input, { reportInput: true });
  const problems = (
    parsed.success ? nullCharactersIn("", parsed.data) : parsed.error.issues.flatMap(problemsOf)
  )
    .slice(0, problemsMax)
    .map(({ field, message }) => ({ field: shortened(field), message }));
  if (parsed.success && problems.length === 0) return parsed.data;
  const summary = problems
    .map(({ field, message }) => (field === "" ? message : `${field}: ${message}`))
    .join(" ");
  throw new Refusal("invalid_input", summary, { problems });
}

function shortened(field: string): string {
  return field.length > fieldLengthMax ? `${field.slice(0, fieldLengthMax)}…` : field;
}

/** Text with U+0000 in it: PostgreSQL cannot store it and SQLite measures it wrongly, so no engine is asked to. */
function nullCharactersIn(field: string, value: unknown): Problem[] {
  if (typeof value === "string")
    return value.includes("\0") ? [{ field, message: "This must not contain the character U+0000." }] : [];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const inner = field === "" ? name : `${field}.${name}`;
    return [...(name.includes("\0") ? nullCharactersIn(field, name) : []), ...nullCharactersIn(inner, each)];
  });
}

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  const field = issue.path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      field: field === "" ? key : `${field}.${key}`,
      message: "There is no such field here.",
    }));
  return [{ field, message: sentenceOf(issue) }];
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `This is required: ${kindOf(issue.expected)}.`
        : `This must be ${kindOf(issue.expected)}.`;
    case "too_small":
      return `This must ${measure(issue.origin, "at least", issue.minimum, issue.inclusive ?? true)}.`;
    case "too_big":
      return `This must ${measure(issue.origin, "at most", issue.maximum, issue.inclusive ?? true)}.`;
    case "invalid_value":
      return `This must be one of: ${issue.values.map(String).join(", ")}.`;
    case "invalid_format":
      // The library's own words say what it is not; a schema with words of its own keeps them.
      return (
        (issue.message.startsWith("Invalid ") ? formats[issue.format] : undefined) ?? ended(issue.message)
      );
    default:
      return ended(issue.message);
  }
}

const formats: Readonly<Record<string, string>> = {
  uuid: "This must be an id as another answer gave it, such as 01890a5d-ac96-774b-bcce-b302099a8057.",
  email: "This must be an e-mail address, such as ada@school.example.",
  url: "This must be an address that begins with https:// or http://.",
};

function ended(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

function kindOf(expected: string): string {
  const kinds: Record<string, string> = {
    string: "a text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    object: "an object",
    array: "a list",
    record: "an object",
  };
  return kinds[expected] ?? expected;
}

function measure(origin: string, bound: string, limit: number | bigint, inclusive: boolean): string {
  const exact = inclusive ? "" : " (but not equal to it)";
  if (origin === "string")
    return `have ${bound} ${limit} ${limit === 1 ? "character" : "characters"}${exact}`;
  if (origin === "array" || origin === "set")
    return `have ${bound} ${limit} ${limit === 1 ? "entry" : "entries"}${exact}`;
  return `be ${bound} ${limit}${exact}`;
}
