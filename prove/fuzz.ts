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

/** Calls for each of `count`, so that the full proof makes 200 000. */
const callsPerCount = 400;
/** After so many calls the school is a new one: what one wrong call made would hide much of what the next ones do. */
const callsPerSchool = 2_000;
/** How often it says how far it is. */
const schoolsPerLine = 10;
const problemBytesMax = 65_536;
/** What no answer may hold: our code, our statements, a password's hash. */
const ourInsides = /\.ts:\d+|node_modules|SqliteError|SQLITE_|ERR_[A-Z]|\$argon2id\$|insert into "|select "/;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const { count, seed, print } = options;
  const calls = count * callsPerCount;
  const byStatus = new Map<number, number>();
  const accepted = new Set<string>();
  let told = "";
  let done = 0;
  for (let schools = 0; done < calls; schools++) {
    const folder = await mkdtemp(join(tmpdir(), "lyceum-prove-fuzz-"));
    try {
      const school = await openFuzzedSchool(folder);
      try {
        const some = { calls: Math.min(callsPerSchool, calls - done), seed: seed + schools };
        done += await fuzz(school, some, { byStatus, accepted });
        told = `${school.operations.length} operations (${accepted.size} of them done at least once) by ${school.everybody.length} people`;
      } finally {
        await school.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    if (done < calls && (schools + 1) % schoolsPerLine === 0) print(`${done} of ${calls} calls: all is well`);
  }
  const statuses = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${status} ${times} times`);
  print(
    `fuzz: ${calls} calls of ${told}: no fault, no change by what was refused, nothing shown that is hidden; ` +
      `${statuses.join(", ")} (seed ${seed})`,
  );
}

/** Gives how many calls it made: fewer than it was to where one of them shut the school's own people out. */
async function fuzz(
  school: FuzzedSchool,
  { calls, seed }: { calls: number; seed: number },
  { byStatus, accepted }: { byStatus: Map<number, number>; accepted: Set<string> },
): Promise<number> {
  const random = seededRandom(seed);
  const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
  const pick = <T>(values: readonly T[]): T => present(values[below(values.length)], "a list with entries");
  const inputs = createInputs({ below, pick, ids: await school.knownIds(), now: Date.now() });
  let before = await school.digest();

  let call = 0;
  let isWhole = true;
  for (; call < calls && isWhole; call++) {
    const operation = pick(school.operations);
    const somebody = pick(school.everybody);
    const asked = inputs.next(operation);
    const answer = await school.ask(operation, somebody, asked);
    byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
    if (answer.status < 300) accepted.add(operation.name);

    const what = describeCall({ call, seed, operation, somebody, asked });
    assert.ok(answer.status < 500, `${what}\n  was answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    assert.doesNotMatch(answer.text, ourInsides, what);
    if (answer.status >= 400) demandProblem(answer, what);
    for (const secret of school.hiddenFrom(somebody))
      assert.ok(!answer.text.includes(secret), `${what}\n  showed ${somebody.name} «${secret}»`);

    const after = await school.digest();
    if (answer.status >= 400)
      assert.deepEqual(after, before, `${what}\n  was refused, and changed something`);
    if (operation.kind === "read")
      assert.deepEqual(after, before, `${what}\n  is a read, and changed something`);
    if (after === before) continue;
    isWhole = await school.mend();
    before = await school.digest();
  }
  assert.deepEqual(school.faults, [], "faults in the log");
  return call;
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
