/** Followers: each event once, in order, however often something fails; local ones catch up or rebuild. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { type Migration, type Store, tablesOf } from "#engines/store/port.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { appendEvents } from "./feed.ts";
import { followerPosition, setFollowerPosition, trimmedMark } from "./feed-ends.ts";
import type { ClusterFollower, Follower, LocalFollower } from "./follower.ts";
import { createFollowers, type Followers, silentEventsMax } from "./followers.ts";
import type { Services } from "./services.ts";
import { kernelMigrations } from "./tables.ts";
import { retryMsMin } from "./work-loop.ts";

interface Tables {
  notes: { id: string; text: string };
}

const migrations: readonly Migration[] = [
  ...kernelMigrations,
  {
    name: "notes/0001-notes",
    up: (schema) => [
      schema
        .createTable("notes")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("text", "text", (column) => column.notNull()),
    ],
  },
];

async function notes(store: Store): Promise<string[]> {
  const { value } = await store.read((db) =>
    tablesOf<Tables>(db).selectFrom("notes").select("text").orderBy("id").execute(),
  );
  return value.map((row) => row.text);
}

async function emit(store: Store, ...texts: string[]): Promise<void> {
  await store.write((tx) =>
    appendEvents(
      tx,
      texts.map((text) => ({ type: text.startsWith("-") ? "note.left" : "note.made", data: { text } })),
      0,
    ),
  );
}

/** Writes a note for each event; `poison` is a text that it cannot take. */
function noteTaker(poison?: () => string): ClusterFollower {
  return {
    where: "once",
    name: "notes.take",
    events: ["note.made"],
    async take({ database, event }) {
      await tablesOf<Tables>(database)
        .insertInto("notes")
        .values({ id: String(event.position).padStart(9, "0"), text: String(event.data.text) })
        .execute();
      if (event.data.text === poison?.()) throw new Error("indigestible");
    },
  };
}

interface Setting {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly logged: string[];
  follow(...followers: Follower[]): Promise<Followers>;
}

async function setUp(t: TestContext, engine: TestEngine): Promise<Setting> {
  const clock = new ManualClock();
  const store = await engine.open(t, { clock, migrations });
  const logged: string[] = [];
  let seed = 0;
  return {
    store,
    clock,
    logged,
    async follow(...followers) {
      seed += 1;
      const random = seededRandom(seed);
      const made = createFollowers({
        store,
        followers,
        // None of the followers here uses any.
        services: {} as Services,
        clock,
        random,
        log: (_level, line) => logged.push(line),
      });
      await made.register();
      return made;
    },
  };
}

/** A local follower that keeps what it got in memory. */
function localFollower(start: number) {
  const state = { position: start, taken: [] as string[], rebuilt: [] as number[] };
  const follower: LocalFollower = {
    where: "every-node",
    name: "notes.index",
    events: ["note.made"],
    position: async () => state.position,
    async take({ events, upTo }) {
      state.taken.push(...events.map((event) => String(event.data.text)));
      state.position = upTo;
    },
    async rebuild({ position }) {
      state.rebuilt.push(position);
      state.position = position;
    },
  };
  return { state, follower };
}

eachEngine("followers", (engine) => {
  test("a follower that runs once takes each wanted event once, in order, and survives a restart", async (t) => {
    const { store, follow } = await setUp(t, engine);
    const first = await follow(noteTaker());
    await emit(store, "a", "-", "b");
    await first.settle();
    await first.settle();
    assert.deepEqual(await notes(store), ["a", "b"]);
    await first.close();
    await emit(store, "c");
    const second = await follow(noteTaker());
    await second.settle();
    assert.deepEqual(await notes(store), ["a", "b", "c"]);
  });

  test("two nodes that follow at once take each event once", async (t) => {
    const { store, follow } = await setUp(t, engine);
    const nodes = [await follow(noteTaker()), await follow(noteTaker())];
    await emit(store, ...Array.from({ length: 150 }, (_, index) => `n${String(index).padStart(3, "0")}`));
    await Promise.all(nodes.map((node) => node.settle()));
    const texts = await notes(store);
    assert.equal(texts.length, 150);
    assert.deepEqual(texts, texts.toSorted());
  });

  test("an event that cannot be taken is reported and tried again, and holds up nothing before it", async (t) => {
    const { store, clock, logged, follow } = await setUp(t, engine);
    let poison = "c";
    const followers = await follow(noteTaker(() => poison));
    await emit(store, "a", "b", "c", "d");
    await followers.settle();
    assert.deepEqual(await notes(store), [], "one transaction for the chunk");
    for (let tries = 0; tries < 3; tries++) await followers.settle();
    assert.deepEqual(await notes(store), ["a", "b"]);
    assert.ok(logged.length >= 2);
    poison = "";
    clock.advance(60_000);
    await followers.settle();
    assert.deepEqual(await notes(store), ["a", "b", "c", "d"]);
  });

  test("after a failure it tries again by itself", async (t) => {
    const { store, clock, follow } = await setUp(t, engine);
    let poison = "a";
    const done = Promise.withResolvers<void>();
    const taker = noteTaker(() => poison);
    const followers = await follow({
      ...taker,
      async take(step: Parameters<ClusterFollower["take"]>[0]) {
        await taker.take(step);
        done.resolve();
      },
    });
    t.after(() => followers.close());
    await emit(store, "a");
    await followers.settle();
    poison = "";
    clock.advance(retryMsMin);
    await done.promise;
    await followers.settle();
    assert.deepEqual(await notes(store), ["a"]);
  });

  test("started, it follows by itself after every commit", async (t) => {
    const { store, follow } = await setUp(t, engine);
    const seen = Promise.withResolvers<string[]>();
    const { follower } = localFollower(0);
    const take: LocalFollower["take"] = async ({ events }) =>
      seen.resolve(events.map((event) => String(event.data.text)));
    const followers = await follow({ ...follower, take });
    followers.start();
    await emit(store, "a");
    assert.deepEqual(await seen.promise, ["a"]);
    await followers.close();
  });

  test("a new follower that runs once does not take what was before it", async (t) => {
    const { store, follow } = await setUp(t, engine);
    await emit(store, "old");
    const followers = await follow(noteTaker());
    await emit(store, "new");
    await followers.settle();
    assert.deepEqual(await notes(store), ["new"]);
  });

  test("many events that nobody wants still move the stored position, so that trimming goes on", async (t) => {
    const { store, follow } = await setUp(t, engine);
    const followers = await follow(noteTaker());
    const unwanted = Array.from({ length: 400 }, () => "-");
    for (let times = 0; times * 400 < silentEventsMax + 400; times++) await emit(store, ...unwanted);
    await followers.settle();
    const { value } = await store.read((db) => followerPosition(db, "notes.take"));
    assert.ok((value ?? 0) >= silentEventsMax, `the position is ${value}`);
  });

  test("a local follower catches up, and rebuilds where the feed no longer reaches back", async (t) => {
    const { store, follow } = await setUp(t, engine);
    await emit(store, "a", "-", "b");
    const caughtUp = localFollower(0);
    const trimmedAway = localFollower(1);
    const never = localFollower(-1);
    await (await follow(caughtUp.follower)).settle();
    assert.deepEqual(caughtUp.state.taken, ["a", "b"]);
    await store.write((tx) => setFollowerPosition(tx.database, trimmedMark, 2));
    const end = caughtUp.state.position;
    for (const { follower, state } of [trimmedAway, never]) {
      const followers = await follow(follower);
      await followers.settle();
      await emit(store, "c");
      await followers.settle();
      assert.deepEqual([state.rebuilt.length, state.taken], [1, ["c"]]);
      assert.ok((state.rebuilt[0] ?? 0) >= end);
    }
  });
});
