/** What is wrong with an input, said field by field. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { Refusal } from "./errors.ts";
import { lineField } from "./line-field.ts";
import { parseInput } from "./problems.ts";

const schema = z.strictObject({
  title: z.string().min(2),
  points: z.int().optional(),
  tags: z.array(z.string()).optional(),
  links: z.record(z.string(), z.string()).optional(),
});

function problemsOf(input: unknown): readonly { field: string; message: string }[] {
  try {
    parseInput(schema, input);
    return [];
  } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.equal(error.kind, "invalid_input");
    return error.problems;
  }
}

test("an input that fits is given back", () => {
  assert.deepEqual(parseInput(schema, { title: "ab", tags: ["ü\n"] }), { title: "ab", tags: ["ü\n"] });
});

test("each field that does not fit is named, unknown ones too", () => {
  assert.deepEqual(problemsOf({ title: "a", points: "7", colour: "red" }), [
    { field: "title", message: "This must have at least 2 characters." },
    { field: "points", message: "This must be a number." },
    { field: "colour", message: "There is no such field here." },
  ]);
  assert.deepEqual(problemsOf({}), [{ field: "title", message: "This is required: a text." }]);
});

test("a character that no database stores is refused wherever it stands", () => {
  const message = "This must not contain the character U+0000.";
  assert.deepEqual(problemsOf({ title: "a\0b" }), [{ field: "title", message }]);
  assert.deepEqual(problemsOf({ title: "ab", tags: ["fine", "\0"], links: { "\0": "x" } }), [
    { field: "tags.1", message },
    { field: "links", message },
  ]);
});

test("the name of an unknown field is not echoed at full length", () => {
  const [problem] = problemsOf({ title: "ab", ["k".repeat(500_000)]: 1 });
  assert.deepEqual(problem, { field: `${"k".repeat(100)}…`, message: "There is no such field here." });
});

test("an empty line is told once, not as too short and as blank", () => {
  const told = (title: string) => {
    const { error } = z.strictObject({ title: lineField(5, "A title.") }).safeParse({ title });
    return error?.issues.length ?? 0;
  };
  assert.deepEqual(["", " ", "a"].map(told), [1, 1, 0]);
});
