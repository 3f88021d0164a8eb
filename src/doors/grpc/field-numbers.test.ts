/** What must hold of the wire for as long as there are clients: a number means one thing, for ever. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { operationFor } from "#kernel/operation.ts";
import { holdsNobody } from "#kernel/person-life.ts";
import { anyone } from "#kernel/policy.ts";
import { createRegistry } from "#kernel/registry.ts";
import { buildContract, generatedFiles } from "./contract.ts";

function contractOf(input: z.ZodObject, known = {}) {
  const ask = operationFor<object>()({
    name: "trial.ask",
    kind: "read",
    summary: "Asks.",
    input,
    output: z.object({ answer: z.string() }),
    policy: anyone,
    handle: async () => ({ answer: "" }),
  });
  return buildContract(
    createRegistry([
      {
        name: "trial",
        grpcService: "TrialService",
        summary: "A trial.",
        operations: [ask],
        migrations: [],
        person: holdsNobody,
        tables: {},
      },
    ]),
    known,
  );
}

test("a field that goes away leaves its number and name reserved; a new one gets a number never used", () => {
  const first = contractOf(z.strictObject({ a: z.string(), b: z.string() }));
  const second = contractOf(z.strictObject({ b: z.string(), c: z.string() }), first.numbers);
  const third = contractOf(z.strictObject({ b: z.string() }), second.numbers);
  assert.deepEqual(third.numbers.AskRequest, {
    a: "1 optional string",
    b: "2 optional string",
    c: "3 optional string",
  });
  const text = generatedFiles(third).get("lyceum/v1/trial_service.proto") ?? "";
  assert.match(text, /optional string b = 2;/);
  assert.match(text, /reserved 1, 3;\n {2}reserved "a", "c";/);
});

test("a field that keeps its name and changes its type is refused, with the remedy", () => {
  const first = contractOf(z.strictObject({ a: z.string() }));
  assert.throws(
    () => contractOf(z.strictObject({ a: z.int() }), first.numbers),
    /AskRequest\.a .*Give the new field a new name/,
  );
});

test("a shape that proto cannot carry is refused by the name of its field", () => {
  assert.throws(() => contractOf(z.strictObject({ a: z.array(z.array(z.string())) })), /AskRequest\.a/);
  assert.throws(() => contractOf(z.strictObject({ a: z.date() as never })), /AskRequest\.a/);
});

test("two lists of values under one name are refused, as two schemas are", () => {
  const state = (...values: [string, ...string[]]) => z.enum(values).meta({ id: "State" });
  assert.doesNotThrow(() => contractOf(z.strictObject({ a: state("on", "off"), b: state("on", "off") })));
  assert.throws(
    () => contractOf(z.strictObject({ a: state("on", "off"), b: state("open", "shut") })),
    /two lists of values are called State; rename one/,
  );
});
