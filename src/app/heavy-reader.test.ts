/** Heavy reads by real processes: they answer as this one would, can be stopped, and leave nothing behind. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "#base/clock.ts";
import type { JsonObject } from "#base/json.ts";
import { systemRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { createFileInspector } from "#engines/inspector/inspector.ts";
import { createRecordingMailer } from "#engines/mail/testing/recording-mailer.ts";
import { openPostgresStore } from "#engines/store/postgres/open.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { createTestDatabase } from "#engines/store/testing/postgres-cluster.ts";
import { openTextIndex } from "#engines/text-index/open.ts";
import { toFailure } from "#kernel/errors.ts";
import { type Kernel, type KernelParts, openKernel } from "#kernel/kernel.ts";
import { createKeyring } from "#kernel/keyring.ts";
import { createAttemptLimiter } from "#kernel/limiter.ts";
import { createTokenSealer } from "#kernel/tokens.ts";
import { createAuthenticator, setUpToken } from "#slices/identity/api.ts";
import { createHeavyReaders, type HeavyReaderLimits, type HeavyReaders } from "./heavy-reader.ts";
import { slices } from "./testing/slow-slices.ts";

type EngineName = "sqlite" | "postgres";
interface SchoolOptions {
  readonly engine?: EngineName;
  readonly limits?: Partial<HeavyReaderLimits>;
}
interface CallOptions {
  readonly atLeast?: number;
  readonly signal?: AbortSignal;
}

const listEntries = "system.listAuditEntries";
const countTo = "slow.countTo";

function callOf(kernel: Kernel) {
  return (token: string | null, operation: string, input: JsonObject, how: CallOptions = {}) =>
    kernel.call({
      operation,
      input,
      token,
      idempotencyKey: null,
      atLeast: how.atLeast ?? null,
      requestId: "test",
      origin: { door: "internal", address: null, agent: "test" },
      ...(how.signal === undefined ? {} : { signal: how.signal }),
    });
}

/** A school of its own with an admin; `near` answers heavy reads in this process, `far` in others. */
async function openSchool(t: TestContext, { engine = "sqlite", limits = {} }: SchoolOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-reader-"));
  const database = engine === "postgres" ? await createTestDatabase() : null;
  const storeFolder = join(folder, "store");
  const clock = systemClock;
  const random = systemRandom;
  const log = () => {};
  const store =
    database === null
      ? await openSqliteStore({ folder: storeFolder, clock })
      : await openPostgresStore({ url: database.url, clock, log: { error: log } });
  const blobs = await openLocalBlobStore({ folder: join(folder, "blobs"), clock, random, report: log });
  const masterKey = random.bytes(32);
  const tokens = createTokenSealer({ keyring: createKeyring({ store, masterKey, clock, random }), random });
  const logged: string[] = [];
  const readers = createHeavyReaders({
    source:
      database === null
        ? { engine: "sqlite", folder: storeFolder }
        : { engine: "postgres", url: database.url },
    log: (_level, message) => logged.push(message),
    slicesModule: import.meta.resolve("./testing/slow-slices.ts"),
    limits,
  });
  const textIndex = openTextIndex({ folder: join(folder, "text-index") });
  const parts: KernelParts = {
    store,
    blobs,
    inspector: createFileInspector(),
    mailer: createRecordingMailer(),
    textIndex,
    slices,
    authenticator: createAuthenticator(tokens),
    tokens,
    limiter: createAttemptLimiter(),
    clock,
    random,
    publicUrl: () => "http://school.test",
    log,
    heavyReader: null,
  };
  const near = await openKernel(parts);
  const far = await openKernel({ ...parts, heavyReader: readers.read });
  t.after(async () => {
    await readers.close();
    await near.close();
    await far.close();
    await textIndex.close();
    await blobs.close();
    await store.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });
  const call = callOf(far);
  const { output } = await call(null, "identity.setUpSchool", {
    setUpToken: await setUpToken(tokens, clock.now()),
    schoolName: "Reading School",
    name: "Rowan",
    email: "rowan@school.test",
    password: "correct horse battery",
  });
  const { token } = output as { token: string };
  return { admin: token, call, callNear: callOf(near), far, near, readers, logged, storeFolder };
}

/** What the call was refused with, in the shape that doors show. */
async function failureOf(call: Promise<unknown>) {
  const failed = await call.then(
    () => null,
    (error: unknown) => ({ error, failure: toFailure(error) }),
  );
  assert(failed !== null, "the call is refused");
  return failed;
}

function onlyProcess(readers: HeavyReaders): number {
  const [pid, ...others] = readers.processes();
  assert(pid !== undefined && others.length === 0, "there is one process");
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

for (const engine of ["sqlite", "postgres"] as const) {
  test(`a heavy read answers and refuses as this process would (${engine})`, async (t) => {
    const { admin, call, callNear, far, near, readers } = await openSchool(t, { engine });
    assert.deepEqual(readers.processes(), [], "nothing is started before it is wanted");
    assert.deepEqual(
      await call(admin, listEntries, { limit: 10 }),
      await callNear(admin, listEntries, { limit: 10 }),
    );
    const system = { kind: "system", name: "test" } as const;
    assert.deepEqual(
      await far.callAs(system, countTo, { end: 5 }),
      await near.callAs(system, countTo, { end: 5 }),
    );
    const asks = [
      { token: null, input: {}, kind: "unauthenticated" },
      { token: admin, input: { cursor: "nonsense" }, kind: "invalid_input" },
      { token: admin, input: { limit: 0 }, kind: "invalid_input" },
      { token: "forged", input: {}, kind: "unauthenticated" },
    ];
    for (const { token, input, kind } of asks) {
      const { failure } = await failureOf(call(token, listEntries, input));
      assert.equal(failure.kind, kind);
      assert.deepEqual(failure, (await failureOf(callNear(token, listEntries, input))).failure);
    }
    await call(admin, "identity.logout", {});
    const { failure } = await failureOf(call(admin, listEntries, {}));
    assert.equal(failure.kind, "unauthenticated", "a session that has ended has ended there, too");
    onlyProcess(readers);
  });

  test(`whoever has written something reads it (${engine})`, async (t) => {
    const { admin, call } = await openSchool(t, { engine });
    for (let round = 1; round <= 5; round++) {
      const written = await call(admin, "courses.createCourse", {
        code: `C${round}`,
        title: "Reading",
        term: "2026",
        summary: "",
      });
      const read = await call(
        admin,
        listEntries,
        { operation: "courses.createCourse" },
        {
          atLeast: written.position,
        },
      );
      assert.equal((read.output as { items: unknown[] }).items.length, round);
      assert(read.position >= written.position);
    }
  });

  test(`a read without an end is stopped, its process killed, and the next one is answered (${engine})`, async (t) => {
    const { admin, call, readers, logged } = await openSchool(t, { engine, limits: { readMsMax: 8_000 } });
    await call(null, countTo, { end: 3 });
    const pid = onlyProcess(readers);
    const endless = failureOf(call(null, countTo, {}));
    // Neither other calls nor other heavy reads wait for it.
    await call(admin, "courses.listCourses", {});
    assert.deepEqual((await call(null, countTo, { end: 4 })).output, { counted: 4 });
    const { failure } = await endless;
    assert.equal(failure.kind, "unavailable");
    assert.match(failure.message, /took longer than 8 seconds and was stopped/);
    assert.deepEqual((await call(null, countTo, { end: 5 })).output, { counted: 5 });
    await readers.close();
    assert.equal(isAlive(pid), false);
    assert.deepEqual(logged, ["a heavy read was stopped"]);
  });
}

test("a process that dies costs one read, and the next has a fresh one", async (t) => {
  const { call, readers, logged } = await openSchool(t);
  await call(null, countTo, { end: 3 });
  const pid = onlyProcess(readers);
  const endless = failureOf(call(null, countTo, {}));
  process.kill(pid, "SIGKILL");
  const { failure } = await endless;
  assert.equal(failure.kind, "unavailable");
  assert.match(failure.message, /stopped unexpectedly/);
  assert.deepEqual((await call(null, countTo, { end: 4 })).output, { counted: 4 });
  assert.notEqual(onlyProcess(readers), pid);
  assert.deepEqual(logged, ["a process for heavy reads ended by itself"]);
});

test("a fault over there is a fault here, with its place for the log", async (t) => {
  const { call, readers } = await openSchool(t);
  const { error, failure } = await failureOf(call(null, "slow.fail", {}));
  assert.equal(failure.kind, "bug");
  assert.match(String(error), /TypeError: a fault for the log\n\s+at .*slow-slices\.ts/);
  assert.deepEqual((await call(null, countTo, { end: 3 })).output, { counted: 3 });
  onlyProcess(readers);
});

test("when nobody waits any more the read ends, whether it was begun or not", async (t) => {
  const { call, readers } = await openSchool(t, { limits: { processesMax: 1 } });
  await call(null, countTo, { end: 3 });
  const begun = new AbortController();
  const queued = new AbortController();
  const failures = [
    failureOf(call(null, countTo, {}, { signal: begun.signal })),
    failureOf(call(null, countTo, {}, { signal: queued.signal })),
  ];
  const patient = call(null, countTo, { end: 4 });
  queued.abort();
  begun.abort();
  for (const failing of failures) assert.equal((await failing).failure.kind, "unavailable");
  assert.deepEqual((await patient).output, { counted: 4 });
  onlyProcess(readers);
});

test("those who wait are so many and wait so long at most", async (t) => {
  const { call } = await openSchool(t, { limits: { processesMax: 1, waitingMax: 1, waitMsMax: 50 } });
  const begun = new AbortController();
  const running = failureOf(call(null, countTo, {}, { signal: begun.signal }));
  const impatient = failureOf(call(null, countTo, { end: 3 }));
  const { failure } = await failureOf(call(null, countTo, { end: 3 }));
  assert.match(failure.message, /Too many long reads/);
  assert.match((await impatient).failure.message, /Too many long reads/);
  begun.abort();
  await running;
});

test("closing ends what runs and what waits, and leaves no process", async (t) => {
  const { call, readers } = await openSchool(t, { limits: { processesMax: 1 } });
  const running = failureOf(call(null, countTo, {}));
  const waiting = failureOf(call(null, countTo, { end: 3 }));
  // A call takes a few microtasks to reach the readers.
  await new Promise((resolve) => setImmediate(resolve));
  const pid = onlyProcess(readers);
  await readers.close();
  assert.equal(isAlive(pid), false);
  assert.deepEqual(readers.processes(), []);
  for (const failing of [running, waiting, failureOf(call(null, countTo, { end: 3 }))])
    assert.match((await failing).failure.message, /node is stopping/);
});

test("a process that has been idle ends", async (t) => {
  const { call, readers, logged } = await openSchool(t, { limits: { idleMsMax: 1 } });
  await call(null, countTo, { end: 3 });
  const pid = onlyProcess(readers);
  while (readers.processes().length > 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isAlive(pid), false);
  assert.deepEqual(logged, [], "that is nothing to tell anybody");
});

test("a node that is killed takes its readers along, even from within a query", async (t) => {
  const { storeFolder } = await openSchool(t);
  const program = fileURLToPath(import.meta.resolve("./testing/slow-node.ts"));
  const node = spawn(process.execPath, [program, storeFolder], { stdio: ["ignore", "ignore", "pipe"] });
  // The reader writes to the same pipe, which ends only once both have gone.
  const [said] = (await once(node.stderr, "data")) as [Buffer];
  assert.equal(String(said), "counting\n");
  node.stderr.resume();
  const ended = once(node.stderr, "end");
  node.kill("SIGKILL");
  await ended;
});
