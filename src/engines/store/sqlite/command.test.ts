/** What a command must not do, and that whoever stands beside it in the batch does not suffer from it. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import { AssertionError } from "#base/assert.ts";
import { Unavailable } from "../../errors.ts";
import type { Store } from "../port.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./open.ts";
import { addNote, noteIds, notesIn, notesMigration, smallLimits, temporaryFolder } from "./test-store.ts";

async function storeFor(t: TestContext, options: Partial<SqliteStoreOptions> = {}): Promise<Store> {
  const store = await openSqliteStore({
    folder: temporaryFolder(t),
    ...options,
    limits: { ...smallLimits, ...options.limits },
  });
  t.after(() => store.close());
  await store.migrate([notesMigration]);
  return store;
}

const bug = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AssertionError);
  assert.match(error.message, message);
  return true;
};

test("a command that throws leaves nothing; those beside it in the batch stay", async (t) => {
  // However slow the machine is, the three make one batch.
  const store = await storeFor(t, { limits: { batchMsMax: 10_000 } });
  const before = store.status().figures.batches_total ?? 0;
  const results = await Promise.allSettled([
    store.write((tx) => addNote(tx.database, "a")),
    store.write(async (tx) => {
      await addNote(tx.database, "b");
      throw new Error("no");
    }),
    store.write((tx) => addNote(tx.database, "c")),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual((await store.read(noteIds)).value, ["a", "c"]);
  assert.equal(store.status().figures.batches_total, before + 1);
});

test("an attempt that throws undoes its own writes only, nested ones too", async (t) => {
  const store = await storeFor(t);
  await store.write(async (tx) => {
    await addNote(tx.database, "outer");
    await assert.rejects(
      tx.attempt(async () => {
        await addNote(tx.database, "undone");
        await tx.attempt(() => addNote(tx.database, "undone with it"));
        throw new Error("changed my mind");
      }),
      /changed my mind/,
    );
    await tx.attempt(async () => {
      await addNote(tx.database, "kept");
      await assert.rejects(
        tx.attempt(() => addNote(tx.database, "kept")),
        /UNIQUE/,
      );
    });
  });
  assert.deepEqual((await store.read(noteIds)).value, ["kept", "outer"]);
});

test("a command that awaits a timer, a file or the network fails as a bug and holds up nobody", async (t) => {
  const store = await storeFor(t);
  // Long enough that also a machine with much else to do has turned its loop before.
  const waitMs = 1_000;
  const slow = store.write(async (tx) => {
    await addNote(tx.database, "slow");
    await pause(waitMs);
    await addNote(tx.database, "late");
  });
  const beside = store.write((tx) => addNote(tx.database, "beside"));
  await assert.rejects(slow, bug(/awaited something else/));
  await beside;
  const never = store.write(() => new Promise(() => undefined));
  await assert.rejects(never, bug(/awaited something else/));
  await assert.rejects(
    store.read(async (database) => {
      await pause(waitMs);
      return noteIds(database);
    }),
    bug(/a read awaited something else/),
  );
  assert.deepEqual((await store.read(noteIds)).value, ["beside"]);
});

test("a thousand queries in one command do not count as waiting", async (t) => {
  const store = await storeFor(t);
  await store.write(async (tx) => {
    for (let place = 0; place < 1_000; place++) await addNote(tx.database, `n${place}`);
  });
  assert.equal((await store.read(noteIds)).value.length, 1_000);
});

test("going on after an error of the database fails as a bug, as it would on PostgreSQL", async (t) => {
  const store = await storeFor(t);
  await store.write((tx) => addNote(tx.database, "a"));
  const swallowing = store.write(async (tx) => {
    await addNote(tx.database, "b");
    await addNote(tx.database, "a").catch(() => undefined);
  });
  await assert.rejects(swallowing, bug(/went on after an error of the database/));
  assert.deepEqual((await store.read(noteIds)).value, ["a"]);
});

test("a command that ends its transaction fails; the others of its batch are run again", async (t) => {
  const store = await storeFor(t);
  await store.write((tx) => addNote(tx.database, "a"));
  const runs: string[] = [];
  const before = store.write(async (tx) => {
    runs.push("before");
    await addNote(tx.database, "before");
  });
  const culprit = store.write((tx) =>
    notesIn(tx.database).insertInto("notes").orRollback().values({ id: "a", text: "again" }).execute(),
  );
  const after = store.write((tx) => addNote(tx.database, "after"));
  await assert.rejects(culprit, bug(/ended the transaction of its batch/));
  await Promise.all([before, after]);
  assert.deepEqual(runs, ["before", "before"]);
  assert.deepEqual((await store.read(noteIds)).value, ["a", "after", "before"]);
});

test("transaction control, schema changes and settings are no business of a command", async (t) => {
  const store = await storeFor(t);
  for (const text of [
    "COMMIT",
    "ROLLBACK",
    "PRAGMA foreign_keys = OFF",
    "DROP TABLE notes",
    "ATTACH 'x' AS y",
  ]) {
    const command = store.write((tx) => sql.raw(text).execute(notesIn(tx.database)));
    await assert.rejects(command, bug(/only queries may be run/), text);
  }
  await assert.rejects(
    store.write((tx) =>
      notesIn(tx.database)
        .transaction()
        .execute(async () => undefined),
    ),
    /not supported/,
  );
  assert.deepEqual((await store.read(noteIds)).value, []);
});

test("attempts that overlap fail the command as a whole", async (t) => {
  const store = await storeFor(t);
  const overlapping = store.write(async (tx) => {
    await Promise.all([
      tx.attempt(async () => {
        await addNote(tx.database, "one");
        await noteIds(tx.database);
        await noteIds(tx.database);
      }),
      tx.attempt(async () => {
        await noteIds(tx.database);
        await addNote(tx.database, "two");
        await noteIds(tx.database);
        await noteIds(tx.database);
      }),
    ]);
  });
  await assert.rejects(overlapping, bug(/overlap/));
  assert.deepEqual((await store.read(noteIds)).value, []);
});

test("what a command kept of its transaction is of no use afterwards", async (t) => {
  const store = await storeFor(t);
  const kept = await store.write(async (tx) => ({ tx }));
  const { tx } = kept.value;
  await assert.rejects(addNote(tx.database, "late"), bug(/after the command or read/));
  await assert.rejects(tx.takeFeedPositions(1), bug(/after its command had ended/));
  await assert.rejects(
    tx.attempt(async () => undefined),
    bug(/after its command had ended/),
  );
  const { value: database } = await store.read(async (handle) => ({ handle }));
  await assert.rejects(noteIds(database.handle), bug(/after the command or read/));
});

test("a read cannot write, and sees one snapshot however many queries it makes", async (t) => {
  const store = await storeFor(t);
  await assert.rejects(
    store.read((database) => addNote(database, "no")),
    /readonly/,
  );
  await store.write((tx) => addNote(tx.database, "a"));
  const { value } = await store.read(async (database) => {
    const first = await noteIds(database);
    const written = store.write((tx) => addNote(tx.database, "b"));
    return { first, second: await noteIds(database), written };
  });
  await value.written;
  assert.deepEqual([value.first, value.second], [["a"], ["a"]]);
});

test("nobody sees a command before it is answered", async (t) => {
  const store = await storeFor(t);
  let answered = false;
  let seenEarly = false;
  const written = store
    .write(async (tx) => {
      await addNote(tx.database, "a");
    })
    .then(() => {
      answered = true;
    });
  while (!answered) {
    const { value } = await store.read(noteIds);
    if (value.length > 0 && !answered) seenEarly = true;
    await Promise.race([written, pause(0)]);
  }
  assert.equal(seenEarly, false);
});

test("one command too many is told to come again later", async (t) => {
  const store = await storeFor(t, { limits: { queueMax: 3 } });
  const results = await Promise.allSettled(
    ["a", "b", "c", "d"].map((id) => store.write((tx) => addNote(tx.database, id))),
  );
  const last = results[3];
  assert.ok(last?.status === "rejected" && last.reason instanceof Unavailable);
  assert.match(last.reason.message, /too many commands/);
  assert.deepEqual((await store.read(noteIds)).value, ["a", "b", "c"]);
});

test("a batch too large for the log is taken apart; a command too large by itself fails and says so", async (t) => {
  const store = await storeFor(t, { limits: { entryBytesMax: 20_000 } });
  const results = await Promise.allSettled([
    store.write((tx) => addNote(tx.database, "a", "x".repeat(9_000))),
    store.write((tx) => addNote(tx.database, "b", "x".repeat(9_000))),
    store.write((tx) => addNote(tx.database, "c", "x".repeat(30_000))),
    store.write((tx) => addNote(tx.database, "d", "x".repeat(9_000))),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected", "fulfilled"],
  );
  assert.match(String((results[2] as PromiseRejectedResult).reason), /more than the 20000 that one may/);
  assert.deepEqual((await store.read(noteIds)).value, ["a", "b", "d"]);
});

test("a batch ends at its limits of commands and of bytes", async (t) => {
  const store = await storeFor(t, {
    limits: { batchCommandsMax: 4, batchBytesMax: 5_000, batchMsMax: 10_000 },
  });
  const first = store.status().figures.batches_total ?? 0;
  await Promise.all(
    Array.from({ length: 8 }, (_, place) => store.write((tx) => addNote(tx.database, `s${place}`))),
  );
  assert.equal(store.status().figures.batches_total, first + 2);
  const long = "x".repeat(6_000);
  await Promise.all([1, 2, 3].map((place) => store.write((tx) => addNote(tx.database, `l${place}`, long))));
  assert.equal(store.status().figures.batches_total, first + 5);
});

test("whole numbers stay whole, large ones exact, booleans are refused", async (t) => {
  const store = await storeFor(t);
  const { value } = await store.read((database) =>
    sql<{ kind: string; text: string; large: number }>`select typeof(${5}) as kind, 'a' || ${5} as text,
      ${Number.MAX_SAFE_INTEGER} as large`.execute(notesIn(database)),
  );
  assert.deepEqual(value.rows, [{ kind: "integer", text: "a5", large: Number.MAX_SAFE_INTEGER }]);
  await assert.rejects(
    store.read((database) => sql`select ${true}`.execute(notesIn(database))),
    /stored as 0 or 1/,
  );
});

test("a listener hears of commits after the answers, and one that fails harms nobody", async (t) => {
  const reports: string[] = [];
  const store = await storeFor(t, { report: ({ event }) => reports.push(event) });
  const heard: number[] = [];
  const stop = store.onCommit((position) => heard.push(position));
  store.onCommit(() => {
    throw new Error("a listener's own trouble");
  });
  const { position } = await store.write((tx) => addNote(tx.database, "a"));
  stop();
  await store.write((tx) => addNote(tx.database, "b"));
  assert.deepEqual(heard, [position]);
  assert.deepEqual(reports, ["commit-listener-failed", "commit-listener-failed"]);
});

test("a closed store finishes what was begun and takes nothing more", async (t) => {
  const store = await storeFor(t);
  const begun = store.write((tx) => addNote(tx.database, "a"));
  const closed = store.close();
  await assert.rejects(
    store.write((tx) => addNote(tx.database, "b")),
    Unavailable,
  );
  await begun;
  await closed;
});
