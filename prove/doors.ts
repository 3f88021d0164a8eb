/**
 * Every operation through every door: three schools that are alike to the last id, one behind HTTP, one behind gRPC,
 * one behind the command line. The same people ask the same of each, in the same order; what they are answered, and
 * what they are refused with, has to be the same. Operations that take or give files have a proof of their own.
 */
import assert from "node:assert/strict";
import type { JsonValue } from "#base/json.ts";
import { systemOnly } from "#kernel/policy.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { cleaned, isSame } from "./doors/alike.ts";
import type { Outcome } from "./doors/door.ts";
import { type Asker, askers, openSchools } from "./doors/schools.ts";

export async function prove({
  count,
  print,
}: {
  count: number;
  print: (line: string) => void;
}): Promise<void> {
  const asking = count < 100 ? askers.slice(0, 1) : askers.slice(0, 4);
  const schools = await openSchools();
  const differences: string[] = [];
  let calls = 0;
  const done = new Set<string>();
  const refusedWith = new Set<string>();
  try {
    const operations = inOrder(schools[0]?.operations ?? []);
    for (const operation of operations)
      for (const asker of asking) {
        const outcomes: Outcome[] = [];
        for (const school of schools) outcomes.push(await school.ask(operation, asker));
        calls += outcomes.length;
        const [first, ...others] = outcomes.map(comparable);
        for (const [index, other] of others.entries())
          if (!isSame(first, other))
            differences.push(describe(operation, asker, schools[index + 1]?.door, [first, other]));
        const outcome = outcomes[0];
        if (outcome !== undefined && "output" in outcome) done.add(operation.name);
        else if (outcome !== undefined) refusedWith.add(outcome.code);
      }
    assert.deepEqual(differences, []);
    print(
      `doors: ${calls} calls of ${operations.length} operations by ${asking.length} kinds of people through HTTP, gRPC and the command ` +
        `line: answered alike; ${done.size} operations were done, the others refused alike, for ${refusedWith.size} reasons`,
    );
  } finally {
    for (const school of schools) await school.close();
  }
}

/** What looks first, what changes next, what takes things away last: so that there is something to look at. */
function inOrder(operations: readonly RegisteredOperation[]): readonly RegisteredOperation[] {
  const rank = ({ kind, name }: RegisteredOperation) => {
    if (kind === "read") return 0;
    if (
      /\.(changePassword|erase|merge|beginTotp|confirmTotp|\w*TwoStep|setPersonActive|\w*[Rr]eset\w*)/.test(
        name,
      )
    )
      return 3;
    return /\.(remove|trash|end|archive|unpublish|logout)/.test(name) ? 2 : 1;
  };
  // Two schools have two nodes, whose names nobody chose.
  return operations
    .filter(({ name }) => !/^cluster\.get/.test(name))
    .filter(
      (each) => each.policy !== systemOnly && each.accepts !== "blob" && (each.returns ?? "json") === "json",
    )
    .toSorted((a, b) => rank(a) - rank(b));
}

function comparable(outcome: Outcome): JsonValue {
  return "code" in outcome ? { code: outcome.code } : cleaned(outcome.output);
}

function describe(
  operation: RegisteredOperation,
  asker: Asker,
  door: string | undefined,
  [first, other]: readonly [JsonValue | undefined, JsonValue | undefined],
): string {
  const shown = (value: JsonValue | undefined) => JSON.stringify(value)?.slice(0, 600);
  return `${operation.name} by ${asker}: HTTP ${shown(first)}, ${door} ${shown(other)}`;
}
