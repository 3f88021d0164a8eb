/**
 * Every operation over HTTP with what nobody should send: wrong types, ids of something else, texts that are too long
 * or no texts at all, bodies that end too early. Whoever asks and whatever they send: no answer is a fault of ours, a
 * refused command leaves the school as it was, and nobody is shown what is not theirs.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { present } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { type Asked, createInputs } from "./fuzz/inputs.ts";
import { type FuzzedSchool, openFuzzedSchool, type Somebody } from "./fuzz/school.ts";

/** Calls for each of `count`, so that the full proof makes some 20 000. */
const callsPerCount = 40;
const problemBytesMax = 65_536;
/** What no answer may hold: our code, our statements, a password's hash. */
const ourInsides = /\.ts:\d+|node_modules|SqliteError|SQLITE_|ERR_[A-Z]|\$argon2id\$|insert into "|select "/;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-prove-fuzz-"));
  try {
    const school = await openFuzzedSchool(folder);
    try {
      await fuzz(school, options);
    } finally {
      await school.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fuzz(
  school: FuzzedSchool,
  { count, seed, print }: { count: number; seed: number; print: (line: string) => void },
): Promise<void> {
  const random = seededRandom(seed);
  const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
  const pick = <T>(values: readonly T[]): T => present(values[below(values.length)], "a list with entries");
  const inputs = createInputs({ below, pick, ids: await school.knownIds() });
  const byStatus = new Map<number, number>();
  let before = await school.digest();

  for (let call = 0; call < count * callsPerCount; call++) {
    const operation = pick(school.operations);
    const somebody = pick(school.everybody);
    const asked = inputs.next(operation);
    const answer = await school.ask(operation, somebody, asked);
    byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);

    const what = describeCall({ call, seed, operation, somebody, asked });
    assert.ok(answer.status < 500, `${what}\n  was answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    assert.doesNotMatch(answer.text, ourInsides, what);
    if (answer.status >= 400) demandProblem(answer, what);
    for (const secret of school.hiddenFrom(somebody))
      assert.ok(!answer.text.includes(secret), `${what}\n  showed ${somebody.name} «${secret}»`);

    if (operation.kind === "command") {
      const after = await school.digest();
      if (answer.status >= 400) assert.equal(after, before, `${what}\n  was refused, and changed something`);
      before = after === before ? before : await school.mend();
    }
  }
  assert.deepEqual(school.faults, [], "faults in the log");
  const told = [...byStatus].sort(([a], [b]) => a - b).map(([status, times]) => `${status} ${times} times`);
  print(
    `fuzz: ${count * callsPerCount} calls of ${school.operations.length} operations by ${school.everybody.length} ` +
      `people: no fault, no change by what was refused, nothing shown that is hidden; ${told.join(", ")} (seed ${seed})`,
  );
}

/** A refusal is a problem document that says what is wrong, and does not echo a megabyte. */
function demandProblem(answer: { readonly text: string; readonly type: string }, what: string): void {
  assert.match(answer.type, /^application\/problem\+json/, what);
  assert.ok(
    answer.text.length <= problemBytesMax,
    `${what}\n  was answered with ${answer.text.length} bytes`,
  );
  const { code, detail } = JSON.parse(answer.text) as JsonObject;
  assert.match(String(code), /^[a-z][a-z_]+$/, what);
  assert.notEqual(detail, "", what);
}

function describeCall(call: {
  readonly call: number;
  readonly seed: number;
  readonly operation: RegisteredOperation;
  readonly somebody: Somebody;
  readonly asked: Asked;
}): string {
  const sent = "body" in call.asked ? call.asked.body : JSON.stringify(call.asked.query);
  const { operation, somebody } = call;
  return `call ${call.call} of seed ${call.seed}: ${operation.name} by ${somebody.name} with ${sent.slice(0, 400)}`;
}
