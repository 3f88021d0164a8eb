/** Jobs: done once, with their result, whatever dies, fails or is cancelled meanwhile. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { type Migration, type Store, tablesOf } from "#engines/store/port.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { eventType } from "./event.ts";
import { readEvents } from "./feed.ts";
import { type Job, type JobRun, jobFor } from "./job.ts";
import { findJob, type JobEntry, jobPage, requeueJob, withdrawJob } from "./job-admin.ts";
import { retryDelayMs } from "./job-claims.ts";
import { enqueueJob } from "./job-queue.ts";
import { createJobRunner, type JobRunner } from "./jobs.ts";
import type { Services } from "./services.ts";
import { kernelMigrations } from "./tables.ts";

interface Tables {
  results: { id: string; doubled: number };
}

type Input = { readonly number: number };
type Run = (run: JobRun<Tables, Input>) => Promise<{ doubled: number }>;

const migrations: readonly Migration[] = [
  ...kernelMigrations,
  {
    name: "results/0001-results",
    up: (schema) => [
      schema
        .createTable("results")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("doubled", "integer", (column) => column.notNull()),
    ],
  },
];

/** Doubles a number; `run` stands in for what it does on the way. */
function doubling(run: Run = async ({ input }) => ({ doubled: input.number * 2 })): Job {
  return jobFor<Tables>()({
    name: "results.double",
    summary: "Doubles a number.",
    inputSchema: z.object({ number: z.int() }),
    attemptsMax: 3,
    leaseMs: 60_000,
    run,
    async finish({ tx, input, result }) {
      await tx
        .insertInto("results")
        .values({ id: `of-${input.number}`, doubled: result.doubled })
        .execute();
    },
  });
}

async function setUp(t: TestContext, engine: TestEngine) {
  const clock = new ManualClock();
  const store: Store = await engine.open(t, { clock, migrations });
  const logged: string[] = [];
  let runners = 0;
  let enqueued = 0;
  return {
    store,
    clock,
    logged,
    runner(...jobs: Job[]): JobRunner {
      runners += 1;
      // Nothing in these jobs uses the services; one that did would fail on the spot.
      const services = Object.freeze({}) as Services;
      const random = seededRandom(runners);
      const log = (_level: string, line: string) => logged.push(line);
      const runner = createJobRunner({ store, jobs, services, clock, random, log });
      t.after(() => runner.close());
      return runner;
    },
    async enqueue(number: number, notBefore?: number): Promise<string> {
      enqueued += 1;
      const id = `job-${enqueued}`;
      const job = { id, type: doubling(), input: { number }, now: clock.now() };
      await store.write((tx) =>
        enqueueJob(tx.database, notBefore === undefined ? job : { ...job, notBefore }),
      );
      return id;
    },
    async job(id: string): Promise<JobEntry> {
      const { value } = await store.read((db) => findJob(db, id));
      assert.ok(value !== null);
      return value;
    },
    async results(): Promise<number[]> {
      const { value } = await store.read((db) =>
        tablesOf<Tables>(db).selectFrom("results").select("doubled").orderBy("doubled").execute(),
      );
      return value.map((row) => row.doubled);
    },
  };
}

eachEngine("jobs", (engine) => {
  test("a job's result and its end are written together", async (t) => {
    const { runner, enqueue, job, results } = await setUp(t, engine);
    const ids = [await enqueue(1), await enqueue(2), await enqueue(3), await enqueue(4), await enqueue(5)];
    await runner(doubling()).settle();
    assert.deepEqual(await results(), [2, 4, 6, 8, 10]);
    for (const id of ids) assert.equal((await job(id)).state, "done");
  });

  test("long work is done in steps, each with its events, and none after it was cancelled", async (t) => {
    const { store, clock, runner, enqueue, job, results } = await setUp(t, engine);
    const id = await enqueue(3);
    const counted = eventType<{ number: number }>("results.counted");
    const worker = runner(
      doubling(async ({ input, read, write }) => {
        for (let number = 0; number < 3; number++) {
          await write(async ({ tx, emit }) => {
            await tx
              .insertInto("results")
              .values({ id: `step-${number}`, doubled: number })
              .execute();
            emit(counted, { number });
          });
          if (number === 1) await store.write((tx) => withdrawJob(tx.database, id, clock.now()));
        }
        return {
          doubled:
            (await read((db) => db.selectFrom("results").select("id").execute())).length + input.number,
        };
      }),
    );
    await worker.settle();
    assert.equal((await job(id)).state, "cancelled");
    assert.deepEqual(await results(), [0, 1]);
    const { value: events } = await store.read((database) => readEvents(database, { after: 0, limit: 9 }));
    assert.deepEqual(
      events.map(({ type, data }) => [type, data]),
      [0, 1].map((number) => ["results.counted", { number }]),
    );
  });

  test("two workers do each job once", async (t) => {
    const { runner, enqueue, results } = await setUp(t, engine);
    for (let number = 1; number <= 12; number++) await enqueue(number);
    let runs = 0;
    const counted = doubling(async ({ input }) => {
      runs += 1;
      return { doubled: input.number * 2 };
    });
    await Promise.all([runner(counted).settle(), runner(counted).settle()]);
    assert.equal((await results()).length, 12);
    assert.equal(runs, 12);
  });

  test("one that is not due waits, and begins by the clock", async (t) => {
    const { clock, runner, enqueue, results } = await setUp(t, engine);
    await enqueue(1, clock.now() + 5_000);
    const worker = runner(doubling());
    await worker.settle();
    assert.deepEqual(await results(), []);
    clock.advance(5_000);
    await worker.settle();
    assert.deepEqual(await results(), [2]);
  });

  test("failures are tried again later and later, then parked with the reason; retried, it can succeed", async (t) => {
    const { store, clock, logged, runner, enqueue, job, results } = await setUp(t, engine);
    const id = await enqueue(1);
    let fails = true;
    const attempts: number[] = [];
    const worker = runner(
      doubling(async ({ input, attempt }) => {
        attempts.push(attempt);
        if (fails) throw new Error("the printer is on fire");
        return { doubled: input.number * 2 };
      }),
    );
    await worker.settle();
    assert.deepEqual([(await job(id)).state, (await job(id)).reason], ["waiting", "the printer is on fire"]);
    clock.advance(retryDelayMs(1) - 1);
    await worker.settle();
    assert.deepEqual(attempts, [1]);
    clock.advance(1);
    await worker.settle();
    clock.advance(retryDelayMs(2));
    await worker.settle();
    assert.deepEqual(attempts, [1, 2, 3]);
    assert.deepEqual([(await job(id)).state, (await job(id)).reason], ["parked", "the printer is on fire"]);
    assert.equal(logged.length, 3);
    fails = false;
    await store.write((tx) => requeueJob(tx.database, id, clock.now()));
    await worker.settle();
    assert.equal((await job(id)).state, "done");
    assert.deepEqual(await results(), [2]);
  });

  test("a worker that comes back after its lease changes nothing: the job is another's", async (t) => {
    const { clock, runner, enqueue, job, results } = await setUp(t, engine);
    const id = await enqueue(1);
    const begun = Promise.withResolvers<AbortSignal>();
    const lateAnswer = Promise.withResolvers<{ doubled: number }>();
    const late = runner(
      doubling(({ signal, input, attempt }) => {
        if (attempt > 1) return Promise.resolve({ doubled: input.number * 2 });
        begun.resolve(signal);
        return lateAnswer.promise;
      }),
    );
    const lateSettles = late.settle();
    const signal = await begun.promise;
    clock.advance(60_000);
    assert.ok(signal.aborted);
    const other = runner(doubling());
    await other.settle();
    lateAnswer.resolve({ doubled: 999 });
    await lateSettles;
    await late.close();
    // Whichever of the two came first after the lease, the wrong answer is never kept.
    clock.advance(retryDelayMs(2));
    await other.settle();
    assert.equal((await job(id)).state, "done");
    assert.deepEqual(await results(), [2]);
  });

  test("a worker that died each time leaves a job that is parked, not one that is tried for ever", async (t) => {
    const { store, clock, runner, enqueue, job } = await setUp(t, engine);
    const id = await enqueue(1);
    await store.write((tx) =>
      tablesOf<{ jobs: { state: string; attempt: number; lease_until: number; fence: number } }>(tx.database)
        .updateTable("jobs")
        .set({ state: "running", attempt: 3, lease_until: clock.now(), fence: 3 })
        .execute(),
    );
    await runner(doubling()).settle();
    assert.equal((await job(id)).state, "parked");
    assert.match((await job(id)).reason ?? "", /3 attempts/);
  });

  test("cancelled while it runs, it is aborted and its result is not kept", async (t) => {
    const { store, clock, runner, enqueue, job, results } = await setUp(t, engine);
    const id = await enqueue(1);
    const begun = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const worker = runner(
      doubling(({ signal }) => {
        begun.resolve();
        signal.addEventListener("abort", () => aborted.resolve(), { once: true });
        return new Promise(() => {});
      }),
    );
    worker.start();
    await begun.promise;
    await store.write((tx) => withdrawJob(tx.database, id, clock.now()));
    await aborted.promise;
    await worker.settle();
    assert.equal((await job(id)).state, "cancelled");
    assert.deepEqual(await results(), []);
  });

  test("a node that shuts down gives its job back without counting the attempt", async (t) => {
    const { runner, enqueue, job } = await setUp(t, engine);
    const id = await enqueue(1);
    const begun = Promise.withResolvers<void>();
    const worker = runner(
      doubling(() => {
        begun.resolve();
        return new Promise(() => {});
      }),
    );
    worker.start();
    await begun.promise;
    await worker.close();
    assert.deepEqual([(await job(id)).state, (await job(id)).attempt], ["waiting", 0]);
  });

  test("an input that does not fit parks the job in the end, and jobs of a newer version wait", async (t) => {
    const { store, clock, runner, enqueue, job } = await setUp(t, engine);
    const unfit = await enqueue(0.5);
    const unknown = { id: "job-x", type: { name: "results.unknown" }, input: {}, now: clock.now() };
    await store.write((tx) => enqueueJob(tx.database, unknown));
    const worker = runner(doubling());
    for (let attempt = 1; attempt <= 3; attempt++) {
      await worker.settle();
      clock.advance(retryDelayMs(attempt));
    }
    assert.equal((await job(unfit)).state, "parked");
    assert.equal((await job("job-x")).state, "waiting");
  });

  test("jobs are listed by state, newest first, page by page", async (t) => {
    const { store, clock, enqueue } = await setUp(t, engine);
    const ids = [await enqueue(1), await enqueue(2), await enqueue(3)];
    await store.write((tx) => withdrawJob(tx.database, ids[1] ?? "", clock.now()));
    const { value: first } = await store.read((db) => jobPage(db, { state: "waiting", limit: 1 }));
    assert.deepEqual(
      first.items.map((entry) => entry.id),
      [ids[2]],
    );
    const cursor = first.nextCursor ?? "";
    const { value: second } = await store.read((db) => jobPage(db, { state: "waiting", limit: 1, cursor }));
    assert.deepEqual([second.items.map((entry) => entry.id), second.nextCursor], [[ids[0]], null]);
  });
});
