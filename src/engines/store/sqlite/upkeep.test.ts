/** Checkpoints, trimming, snapshots, restoring, reading from another process, and the doctor's checks. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import type { Store } from "../port.ts";
import type { SqliteLimits } from "./limits.ts";
import { openSqliteStore } from "./open.ts";
import { openSqliteReader } from "./reader.ts";
import { installSnapshot, restoredPositionGap } from "./restore.ts";
import {
  addNote,
  smallLimits as limits,
  noteIds,
  notesIn,
  notesMigration,
  temporaryFolder,
} from "./test-store.ts";
import { verifyDataFolder } from "./verify.ts";

/** The file of the log that holds the first entry. */
const firstSegment = "0000000000000001-00000001.log";

/** Checkpoints after a few commands already. */
const eager: Partial<SqliteLimits> = {
  segmentBytes: 1 << 14,
  walWorkerBytes: 1 << 15,
  walInlineBytes: 1 << 20,
  walAlarmBytes: 1 << 21,
};

async function rewrite(store: Store, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await store.write((tx) =>
      notesIn(tx.database)
        .insertInto("notes")
        .values({ id: `n${time % 20}`, text: `${time} ${"x".repeat(2_000)}` })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ text: `${time} ${"y".repeat(2_000)}` }))
        .execute(),
    );
  }
}

test("the write-ahead log and the log of commands stay small under constant writes", async (t) => {
  const store = await openSqliteStore({ folder: temporaryFolder(t), limits: eager });
  await store.migrate([notesMigration]);
  await rewrite(store, 1_500);
  const { figures } = store.status();
  assert.ok((figures.checkpoints_total ?? 0) > 3);
  assert.ok((figures.wal_bytes ?? 0) < 6 << 20, `${figures.wal_bytes} bytes of write-ahead log`);
  assert.ok((figures.log_bytes ?? 0) < 2 << 20, `${figures.log_bytes} bytes of log for 3 MB of entries`);
  await store.close();
});

test("while a read in another process holds its snapshot the log is not trimmed beyond it, and the alarm is given", async (t) => {
  const folder = temporaryFolder(t);
  const events: string[] = [];
  const store = await openSqliteStore({ folder, limits: eager, report: ({ event }) => events.push(event) });
  await store.migrate([notesMigration]);
  await rewrite(store, 5);
  const file = join(folder, "gen-1", "state.db");
  const holder = new DatabaseSync(file, { readOnly: true });
  holder.exec("BEGIN; SELECT count(*) FROM notes");
  await rewrite(store, 600);
  assert.ok(events.includes("wal-large"));
  const logged = fs.readdirSync(join(folder, "log"));
  assert.ok(logged.includes(firstSegment), "what is not in the database file is still in the log");
  holder.close();
  await rewrite(store, 200);
  assert.ok(!fs.readdirSync(join(folder, "log")).includes(firstSegment));
  await store.close();
});

test("a snapshot taken while commands go on is one position, and comes back in another folder", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  await rewrite(store, 30);
  const file = `${folder}-snapshot.db`;
  const writing = rewrite(store, 200);
  const snapshot = await store.snapshotTo(file);
  await writing;
  await store.write((tx) => addNote(tx.database, "later"));
  assert.equal(snapshot.bytes, fs.statSync(file).size);
  await assert.rejects(store.snapshotTo(file), /never overwrites/);
  await assert.rejects(store.snapshotTo(join(folder, "nowhere", "x.db")), Unavailable);

  const restored = `${folder}-restored`;
  assert.deepEqual(await installSnapshot({ folder: restored, snapshotFile: file, limits }), {
    position: snapshot.position,
    schemaVersion: 1,
  });
  await assert.rejects(installSnapshot({ folder: restored, snapshotFile: file }), /holds a store already/);
  assert.deepEqual(levels(restored), ["ok", "ok"]);
  const again = await openSqliteStore({ folder: restored, limits });
  await again.migrate([notesMigration]);
  const { position } = await again.write((tx) => addNote(tx.database, "after"));
  assert.equal(
    position,
    snapshot.position + restoredPositionGap + 2,
    "positions given out since are not awaited",
  );
  assert.equal((await again.read(noteIds)).value.includes("later"), false);
  await again.close();
  const rows = new DatabaseSync(join(restored, "gen-1", "state.db"));
  const copied = new DatabaseSync(file);
  const count = (database: DatabaseSync) => database.prepare("SELECT count(*) AS n FROM notes").get()?.n;
  assert.equal(count(rows), Number(count(copied)) + 1);
  rows.close();
  copied.close();
  await store.close();
});

test("what is no snapshot is not restored", async (t) => {
  const folder = temporaryFolder(t);
  const file = `${folder}.db`;
  fs.writeFileSync(file, "not a database at all, but long enough to be read as one ".repeat(20));
  await assert.rejects(installSnapshot({ folder, snapshotFile: file }), /is no snapshot of a store/);
  const foreign = `${folder}-foreign.db`;
  const database = new DatabaseSync(foreign);
  database.exec("CREATE TABLE x (a)");
  database.close();
  await assert.rejects(installSnapshot({ folder, snapshotFile: foreign }), /no database of Lyceum's store/);
  // Neither left anything that would stop a first start.
  await (await openSqliteStore({ folder, limits })).close();
});

test("a reader beside the writer sees what is committed and waits for a position", async (t) => {
  const folder = temporaryFolder(t);
  assert.throws(() => openSqliteReader({ folder }), /holds no store yet/);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  const reader = openSqliteReader({ folder });
  const { position } = await store.write((tx) => addNote(tx.database, "a"));
  assert.deepEqual(await reader.read(noteIds, { atLeast: position }), { value: ["a"], position });
  const waiting = reader.read(noteIds, { atLeast: position + 1 });
  await store.write((tx) => addNote(tx.database, "b"));
  assert.deepEqual((await waiting).value, ["a", "b"]);
  await reader.close();
  await store.close();
});

test("a read that asks for a position still to come waits for it, and gives up after its time", async (t) => {
  const clock = new ManualClock();
  const store = await openSqliteStore({ folder: temporaryFolder(t), limits, clock });
  await store.migrate([notesMigration]);
  const next = store.status().position + 1;
  const waiting = store.read(noteIds, { atLeast: next });
  await store.write((tx) => addNote(tx.database, "a"));
  assert.deepEqual(await waiting, { value: ["a"], position: next });
  const never = store.read(noteIds, { atLeast: next + 100 });
  clock.advance(60_000);
  await assert.rejects(never, (error: unknown) => {
    assert.ok(error instanceof Unavailable);
    assert.match(error.message, /position 103 has not been reached/);
    return true;
  });
  await store.close();
});

test("the doctor finds nothing in a sound folder, beside a running server too, and names what is wrong", async (t) => {
  const folder = temporaryFolder(t);
  assert.match(verifyDataFolder(folder)[0]?.message ?? "", /holds no store/);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  await rewrite(store, 40);
  assert.deepEqual(levels(folder), ["ok", "ok"]);
  await store.close();
  assert.deepEqual(levels(folder), ["ok", "ok"]);

  const log = join(folder, "log", firstSegment);
  const bytes = fs.readFileSync(log);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  fs.writeFileSync(log, bytes);
  assert.match(problems(folder), /damaged at byte 96/);
  fs.rmSync(join(folder, "log"), { recursive: true });
  assert.match(problems(folder), /no log in/);
  const database = new DatabaseSync(join(folder, "gen-1", "state.db"), {
    enableForeignKeyConstraints: false,
  });
  database.exec("INSERT INTO tags VALUES ('nobody', 'x'); CREATE TABLE loose (a)");
  database.close();
  assert.match(problems(folder), /A row of tags refers to a row of notes/);
  assert.match(problems(folder), /"loose" is not STRICT/);
});

function levels(folder: string): string[] {
  return verifyDataFolder(folder).map(({ level }) => level);
}

function problems(folder: string): string {
  return verifyDataFolder(folder)
    .filter(({ level }) => level === "error")
    .map(({ message }) => message)
    .join("\n");
}
