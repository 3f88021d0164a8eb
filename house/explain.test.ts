/**
 * Policies that explain themselves: every read that is not for anyone notes what it found, every act on a thing names an
 * operation that takes its input, and the pages have words for each fact, kind and act.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { slices } from "#app/slices.ts";
import { type Fact, traced } from "#kernel/explain-policy.ts";
import { parseInput } from "#kernel/problems.ts";
import type { Slice } from "#kernel/slice.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { acts } from "#kernel/things.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { buildMatrixSchool, type MatrixSchool } from "./matrix-school.ts";

let kernel: TestKernel;
let school: MatrixSchool;

before(async () => {
  kernel = await openTestKernel({ slices, authenticator: createAuthenticator });
  school = await buildMatrixSchool(kernel);
});
after(() => kernel.close());

const messages = JSON.parse(
  readFileSync(join(import.meta.dirname, "../web/src/messages/en/access.json"), "utf8"),
) as Record<string, string>;

/** The facts that the policy of `name` finds out about one of the matrix's actors, with the rules that it is made of. */
async function foundBy(name: string, actorName: string) {
  const operation = kernel.kernel.registry.byName(name);
  const [actor, input] = [school.actors[actorName], school.inputs[name]?.()];
  assert(operation && actor && input, `${name} stands in the matrix`);
  const { value } = await kernel.kernel.store.read((database) =>
    traced(
      operation.policy,
      { actor, input: parseInput(operation.input, input) as never, database, now: kernel.clock.now() },
      { inDetail: true },
    ),
  );
  return value;
}

test("every read that is not for anyone says what it found, whoever asks", async () => {
  const unsaid: string[] = [];
  for (const { name, kind, policy } of kernel.kernel.registry.operations) {
    if (kind !== "read" || policy.claim === "anyone") continue;
    for (const actor of ["admin", "teacher", "student", "outsider"]) {
      const { facts, rules } = await foundBy(name, actor);
      if (facts.length + rules.length === 0) unsaid.push(`${name} as ${actor}`);
    }
  }
  assert.deepEqual(
    unsaid,
    [],
    "call noteFact where the policy loads what it decides by (src/kernel/explain-policy.ts)",
  );
});

test("the pages have words for every fact, and for what it is about", async () => {
  const facts: Fact[] = [];
  for (const { name } of kernel.kernel.registry.operations)
    for (const actor of ["admin", "teacher", "student"]) facts.push(...(await foundBy(name, actor)).facts);
  const wanted = new Set(
    facts.flatMap(({ about, found }) => [
      `access.kind.${about}`,
      ...Object.keys(found).map((fact) => `access.fact.${fact}`),
    ]),
  );
  assert.deepEqual(
    [...wanted].filter((key) => messages[key] === undefined).toSorted(),
    [],
    "add them to web/src/messages/en/access.json",
  );
});

test("what may be done with a thing is an operation that takes its input, and has a word", () => {
  const id = "01890a5d-ac96-774b-bcce-b302099a8057";
  for (const { things = [] } of slices as readonly Slice[])
    for (const { kind, acts: actsOfKind } of things)
      for (const { act, operation: name, input } of actsOfKind) {
        const operation = kernel.kernel.registry.byName(name);
        assert(operation, `${name}, of ${kind}, is an operation`);
        assert.doesNotThrow(() => parseInput(operation.input, input({ id, personId: id })), name);
        assert(messages[`access.kind.${kind}`] !== undefined, `access.kind.${kind}`);
        assert(messages[`access.act.${act}`] !== undefined, `access.act.${act}`);
      }
  for (const act of acts) assert(messages[`access.act.${act}`] !== undefined, `access.act.${act}`);
});
