/** What is PostgreSQL's own: commands side by side, the order of the feed, connections that break. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import { type Database, type Migration, type Store, tablesOf } from "../port.ts";
import { createTestDatabase, type TestDatabase } from "../testing/postgres-cluster.ts";
import { commandAttemptsMax, openPostgresStore, pollMs } from "./open.ts";

interface Tables {
  marks: { name: string; position: number };
}

const migrations: readonly Migration[] = [
  {
    name: "marks/0001-marks",
    up: (schema) => [
      schema
        .createTable("marks")
        .addColumn("name", "text", (column) => column.notNull().primaryKey())
        .addColumn("position", "integer", (column) => column.notNull()),
    ],
  },
];

const marks = (database: Database) => tablesOf<Tables>(database);

async function positions(store: Store): Promise<number[]> {
  const { value } = await store.read((db) =>
    marks(db).selectFrom("marks").select("position").orderBy("position").execute(),
  );
  return value.map((row) => row.position);
}

/** What a test waits for, or sets free. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

async function openStore(
  t: TestContext,
  database: TestDatabase,
  options: { readonly clock?: ManualClock; readonly queueMax?: number; readonly writersMax?: number } = {},
): Promise<{ readonly store: Store; readonly errors: string[] }> {
  const errors: string[] = [];
  const log = { error: (_fields: object, message: string) => errors.push(message) };
  const store = await openPostgresStore({ url: database.url, clock: new ManualClock(), log, ...options });
  t.after(() => store.close());
  return { store, errors };
}

async function openOne(t: TestContext, options: Parameters<typeof openStore>[2] = {}) {
  const database = await createTestDatabase();
  const opened = await openStore(t, database, options);
  t.after(() => database.drop());
  await opened.store.migrate(migrations);
  return { database, ...opened };
}

test("a commit that comes late cannot slip in behind a position that a reader has seen", async (t) => {
  const { store, database } = await openOne(t);
  const { store: other } = await openStore(t, database);
  const firstHolds = gate();
  const firstMayEnd = gate();
  const mark = (each: Store, name: string, beforeEnd: () => Promise<void>) =>
    each.write(async (tx) => {
      const position = await tx.takeFeedPositions(1);
      await marks(tx.database).insertInto("marks").values({ name, position }).execute();
      await beforeEnd();
      return position;
    });
  const slow = mark(store, "slow", async () => {
    firstHolds.open();
    await firstMayEnd.opened;
  });
  await firstHolds.opened;
  let fastIsDone = false;
  const fast = mark(other, "fast", async () => {}).then((answer) => {
    fastIsDone = true;
    return answer;
  });
  // Until the second waits for the feed, or has got past it, which is what must not be.
  for (;;) {
    const { rows } = await database.query("select count(*) as waiting from pg_locks where not granted");
    if (Number(rows[0]?.waiting) > 0 || fastIsDone) break;
  }
  assert.deepEqual(await positions(store), [], "a later position is visible before an earlier one");
  firstMayEnd.open();
  const [first, second] = [await slow, await fast];
  assert.ok(first.value < second.value);
  assert.deepEqual(await positions(store), [first.value, second.value]);
});

test("positions of a command that failed are not given out again", async (t) => {
  const { store } = await openOne(t);
  let lost = 0;
  await assert.rejects(
    store.write(async (tx) => {
      lost = await tx.takeFeedPositions(5);
      throw new Error("no");
    }),
  );
  const { value } = await store.write((tx) => tx.takeFeedPositions(1));
  assert.ok(value > lost + 4);
});

test("two commands that each rely on what the other changes do not both succeed", async (t) => {
  const { store } = await openOne(t);
  // Each may add a mark only while there is none: the rule that weaker isolation breaks.
  let runs = 0;
  const bothHaveLooked = gate();
  const addTheOnlyOne = (name: string) =>
    store.write(async ({ database }) => {
      const there = await marks(database).selectFrom("marks").select("name").execute();
      runs += 1;
      if (runs === 2) bothHaveLooked.open();
      await bothHaveLooked.opened;
      if (there.length > 0) return false;
      await marks(database).insertInto("marks").values({ name, position: 0 }).execute();
      return true;
    });
  const answers = await Promise.all([addTheOnlyOne("a"), addTheOnlyOne("b")]);
  assert.deepEqual(answers.map((answer) => answer.value).toSorted(), [false, true]);
  assert.equal(runs, 3, "the one that collided was run again");
});

test("a conflict is retried even when the command answers with another error, and not for ever", async (t) => {
  const { store, database } = await openOne(t);
  await store.write(({ database: db }) =>
    marks(db).insertInto("marks").values({ name: "a", position: 0 }).execute(),
  );
  let runs = 0;
  const losing = store.write(async (tx) => {
    runs += 1;
    await marks(tx.database).selectFrom("marks").selectAll().execute();
    await database.query("update marks set position = position + 1");
    await tx
      .attempt(() => marks(tx.database).updateTable("marks").set({ position: -1 }).execute())
      .catch((cause: unknown) => {
        throw new Error("hidden", { cause });
      });
  });
  await assert.rejects(losing, (error) => error instanceof Unavailable && error.retryAfterMs > 0);
  assert.equal(runs, commandAttemptsMax);
  assert.deepEqual(await positions(store), [commandAttemptsMax]);
});

test("a broken connection is unavailable, changes nothing, and the next command has another", async (t) => {
  const { store, database } = await openOne(t);
  const broken = store.write(async (tx) => {
    await marks(tx.database).insertInto("marks").values({ name: "lost", position: 1 }).execute();
    await database.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'",
    );
    await marks(tx.database).insertInto("marks").values({ name: "lost too", position: 2 }).execute();
  });
  await assert.rejects(broken, (error) => error instanceof Unavailable && error.retryAfterMs > 0);
  await store.write((tx) =>
    marks(tx.database).insertInto("marks").values({ name: "kept", position: 3 }).execute(),
  );
  assert.deepEqual(await positions(store), [3]);
});

test("what waits for a database that is too busy is bounded", async (t) => {
  const { store } = await openOne(t, { queueMax: 2, writersMax: 1 });
  const hold = gate();
  const first = store.write(() => hold.opened);
  const second = store.write(async () => "done");
  await assert.rejects(
    store.write(async () => {}),
    Unavailable,
  );
  hold.open();
  await first;
  assert.equal((await second).value, "done");
});

test("a node hears of what another has committed", async (t) => {
  const clock = new ManualClock();
  const { store, database } = await openOne(t, { clock });
  const { store: other } = await openStore(t, database);
  const heard = Promise.withResolvers<number>();
  store.onCommit(heard.resolve);
  const { value } = await other.write((tx) => tx.takeFeedPositions(1));
  clock.advance(pollMs);
  assert.equal(await heard.promise, value);
});

test("two nodes that start at once make the schema once", async (t) => {
  const database = await createTestDatabase();
  const nodes = [await openStore(t, database), await openStore(t, database)];
  t.after(() => database.drop());
  await Promise.all(nodes.map(({ store }) => store.migrate(migrations)));
  const { rows } = await database.query("select name from store_migrations");
  assert.deepEqual(rows, [{ name: "marks/0001-marks" }]);
});

test("a failed migration leaves the schema as it was, and says which it was", async (t) => {
  const { store, database } = await openOne(t);
  const failing: Migration = {
    name: "marks/0002-twice",
    up: (schema) => [
      schema.createTable("fresh").addColumn("id", "text"),
      schema.createTable("marks").addColumn("id", "text"),
    ],
  };
  await assert.rejects(store.migrate([...migrations, failing]), /marks\/0002-twice/);
  const { rows } = await database.query("select to_regclass('fresh') as fresh");
  assert.deepEqual(rows, [{ fresh: null }]);
});

test("a database that would lose what it acknowledged is refused", async (t) => {
  const database = await createTestDatabase();
  await database.query(
    "do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$",
  );
  const { store } = await openStore(t, database);
  t.after(() => database.drop());
  await assert.rejects(store.migrate(migrations), /synchronous_commit/);
});

test("an integer beyond 53 bits is a fault, never a rounded value", async (t) => {
  const { store, database } = await openOne(t);
  await database.query("insert into marks (name, position) values ('big', 9007199254740993)");
  await assert.rejects(positions(store), /53 bits/);
});

test("a backup is refused with what to use instead", async (t) => {
  const { store } = await openOne(t);
  await assert.rejects(store.snapshotTo("/nowhere"), /pg_dump/);
});

test("a database that is not there is named by its setting", async () => {
  const log = { error: () => {} };
  await assert.rejects(
    openPostgresStore({ url: "postgres://nobody@127.0.0.1:1/none", clock: new ManualClock(), log }),
    /LYCEUM_DATABASE_URL/,
  );
});
