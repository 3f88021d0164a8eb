/** Trimming: what is past its time goes, a chunk at a time; what somebody still needs stays. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { uuidv7 } from "#base/ids.ts";
import { seededRandom } from "#base/random.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { audit, auditRetentionMs } from "./audit.ts";
import { appendEvents, feedRetentionMs } from "./feed.ts";
import { feedBegin, feedEnd, setFollowerPosition } from "./feed-ends.ts";
import type { Follower } from "./follower.ts";
import { withdrawJob } from "./job-admin.ts";
import { enqueueJob } from "./job-queue.ts";
import { keepReceipt, madeUpKey, madeUpRetentionMs, receiptRetentionMs } from "./receipts.ts";
import { createSchedules } from "./schedules.ts";
import { kernelMigrations } from "./tables.ts";
import { endedJobRetentionMs, trimChunkMax, trimSchedule } from "./trim.ts";

const follower: Follower = { where: "once", name: "notes.take", events: [], take: async () => {} };

async function setUp(t: TestContext, engine: TestEngine) {
  const clock = new ManualClock();
  const store = await engine.open(t, { clock, migrations: kernelMigrations });
  const logged: string[] = [];
  const log = (_level: string, line: string) => logged.push(line);
  const schedules = createSchedules({ schedules: [trimSchedule(store, [follower])], clock, log });
  t.after(() => schedules.close());
  return {
    store,
    clock,
    async trim() {
      await schedules.settle();
      assert.deepEqual(logged, []);
    },
  };
}

async function count(
  store: Store,
  table: "receipts" | "audit_entries" | "audit_subjects" | "feed_events" | "jobs",
): Promise<number> {
  const { value } = await store.read((db) =>
    tablesOf<Record<typeof table, object>>(db)
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow(),
  );
  return value.count;
}

eachEngine("trimming", (engine) => {
  test("receipts go after their time, more than a chunk of them in one run", async (t) => {
    const { store, clock, trim } = await setUp(t, engine);
    const keep = (key: string) =>
      store.write((tx) =>
        keepReceipt(
          tx.database,
          { actor: "person:a", operation: "notes.make", key },
          "hash",
          { output: null },
          clock.now(),
        ),
      );
    await Promise.all(Array.from({ length: trimChunkMax + 3 }, (_, index) => keep(`old-${index}`)));
    clock.advance(receiptRetentionMs);
    await keep("young");
    await trim();
    assert.equal(await count(store, "receipts"), trimChunkMax + 4, "not a millisecond early");
    clock.advance(1);
    await trim();
    assert.equal(await count(store, "receipts"), 1);
  });

  test("a receipt under a key that a node made up goes early, and no client's does", async (t) => {
    const { store, clock, trim } = await setUp(t, engine);
    for (const key of [madeUpKey("1"), "a client's"])
      await store.write((tx) =>
        keepReceipt(
          tx.database,
          { actor: "person:a", operation: "notes.make", key },
          "hash",
          { output: null },
          clock.now(),
        ),
      );
    clock.advance(madeUpRetentionMs);
    await trim();
    assert.equal(await count(store, "receipts"), 2);
    clock.advance(1);
    await trim();
    assert.equal(await count(store, "receipts"), 1);
  });

  test("audit rows go after their time", async (t) => {
    const { store, clock, trim } = await setUp(t, engine);
    const random = seededRandom(1);
    const enter = () =>
      store.write((tx) =>
        audit(tx.database, {
          id: uuidv7(clock.now(), random),
          at: clock.now(),
          actor: "person:a",
          operation: "notes.make",
          subject: { noteId: "n", bookId: "b" },
          outcome: "done",
          requestId: "r",
          origin: { door: "http", address: null, agent: null },
        }),
      );
    await enter();
    clock.advance(auditRetentionMs);
    await enter();
    await trim();
    assert.equal(await count(store, "audit_entries"), 2);
    clock.advance(1);
    await trim();
    assert.equal(await count(store, "audit_entries"), 1);
    assert.equal(await count(store, "audit_subjects"), 2, "and what it was about");
  });

  test("events go after their time, but never before every follower that runs once has taken them", async (t) => {
    const { store, clock, trim } = await setUp(t, engine);
    const emit = async () => {
      await store.write((tx) => appendEvents(tx, [{ type: "note.made", data: {} }], clock.now()));
      return (await store.read(feedEnd)).value;
    };
    const first = await emit();
    const second = await emit();
    clock.advance(feedRetentionMs + 1);
    await emit();
    await trim();
    assert.equal(await count(store, "feed_events"), 3, "the follower has taken none");
    await store.write((tx) => setFollowerPosition(tx.database, follower.name, first));
    await trim();
    assert.equal(await count(store, "feed_events"), 2);
    assert.equal((await store.read(feedBegin)).value, first);
    await store.write((tx) => setFollowerPosition(tx.database, follower.name, second + 1));
    await trim();
    assert.equal(await count(store, "feed_events"), 1, "the young one stays");
    assert.equal((await store.read(feedBegin)).value, second);
  });

  test("ended jobs go after their time; those that wait stay", async (t) => {
    const { store, clock, trim } = await setUp(t, engine);
    const enqueue = (id: string) =>
      store.write((tx) =>
        enqueueJob(tx.database, { id, type: { name: "notes.print" }, input: {}, now: clock.now() }),
      );
    await enqueue("waits");
    await enqueue("cancelled");
    await store.write((tx) => withdrawJob(tx.database, "cancelled", clock.now()));
    clock.advance(endedJobRetentionMs);
    await trim();
    assert.equal(await count(store, "jobs"), 2);
    clock.advance(1);
    await trim();
    assert.equal(await count(store, "jobs"), 1);
  });
});
