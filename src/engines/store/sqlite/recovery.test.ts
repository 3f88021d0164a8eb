/** What the store makes of a crash, a full disk, and a folder whose parts do not belong together. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { Unavailable } from "../../errors.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { FaultFiles } from "../log/fault-files.ts";
import { openSqliteStore } from "./open.ts";
import type { StoreReport } from "./report.ts";
import {
  addNote,
  smallLimits as limits,
  noteIds,
  notesIn,
  notesMigration,
  temporaryFolder,
} from "./test-store.ts";

/** A copy of the folder as a dead process would leave it. */
function crashedCopy(folder: string, copy: string): void {
  fs.cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("-shm") });
}

test("a database that lost its write-ahead log, whole or in part, gets the rest from the log of commands", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  for (let place = 100; place < 160; place++) await store.write((tx) => addNote(tx.database, `n${place}`));
  const expected = (await store.read(noteIds)).value;
  const wal = join("gen-1", "state.db-wal");
  const walBytes = fs.statSync(join(folder, wal)).size;
  for (const kept of [0, 40, 5_000, walBytes >> 1, walBytes - 10]) {
    const copy = `${folder}-${kept}`;
    crashedCopy(folder, copy);
    fs.truncateSync(join(copy, wal), kept);
    const reports: StoreReport[] = [];
    // Nothing of the tables was ever checkpointed, so that even the schema comes from the log.
    const again = await openSqliteStore({ folder: copy, limits, report: (report) => reports.push(report) });
    assert.deepEqual((await again.read(noteIds)).value, expected, `${kept} bytes kept`);
    assert.deepEqual(
      reports.map(({ event }) => event),
      ["log-replayed"],
    );
    await again.write((tx) => addNote(tx.database, "after"));
    await again.close();
  }
  await store.close();
});

test("a database that is not the one that the log was made with is refused before anything is changed", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  await store.write((tx) => addNote(tx.database, "a"));
  await store.close();
  const database = join(folder, "gen-1", "state.db");
  const older = fs.readFileSync(database);
  const again = await openSqliteStore({ folder, limits });
  await again.write((tx) => notesIn(tx.database).updateTable("notes").set({ text: "new" }).execute());
  await again.close();

  fs.writeFileSync(database, older);
  tamper(database, "UPDATE notes SET text = 'somebody else was here'");
  await assert.rejects(openSqliteStore({ folder, limits }), (error: Error) => {
    assert.ok(error instanceof DataFolderRefused);
    assert.match(error.message, /does not match its log \(entry \d+ met a conflict.*restore/);
    return true;
  });

  fs.writeFileSync(database, older);
  tamper(database, "DELETE FROM _migrations");
  await assert.rejects(openSqliteStore({ folder, limits }), /made on schema 1, the database has 0/);

  fs.writeFileSync(database, older);
  tamper(database, "DROP TABLE notes; DROP TABLE tags");
  await assert.rejects(openSqliteStore({ folder, limits }), /unknown table notes/);

  fs.writeFileSync(database, older);
  tamper(database, "UPDATE _meta SET applied = 9");
  await assert.rejects(
    openSqliteStore({ folder, limits }),
    /has come to entry 9, but the log .* part of the log is missing/,
  );

  fs.writeFileSync(database, older);
  tamper(database, "UPDATE _meta SET store_id = 'ffffffffffffffffffffffffffffffff'");
  await assert.rejects(openSqliteStore({ folder, limits }), /belongs to another store/);

  fs.writeFileSync(database, older);
  const mended = await openSqliteStore({ folder, limits });
  assert.equal(
    (await mended.read((view) => notesIn(view).selectFrom("notes").selectAll().execute())).value[0]?.text,
    "new",
  );
  await mended.close();
});

test("a last entry that the database holds and the log has lost is damage, not a torn write, and nothing is cut off", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  await store.write((tx) => addNote(tx.database, "a"));
  await store.write((tx) => addNote(tx.database, "answered"));
  await store.close();
  const log = join(folder, "log", "0000000000000001-00000001.log");
  const content = fs.readFileSync(log);
  const end = content.findLastIndex((byte) => byte !== 0);
  content.fill(0xff, end - 8, end + 1);
  fs.writeFileSync(log, content);

  const reports: StoreReport[] = [];
  const open = openSqliteStore({ folder, limits, report: (report) => reports.push(report) });
  await assert.rejects(open, (error: Error) => {
    assert.ok(error instanceof DataFolderRefused);
    assert.match(error.message, /damaged at byte \d+.*entry 4.*Nothing was changed.*restore/);
    return true;
  });
  assert.deepEqual(reports, []);
  assert.deepEqual(fs.readFileSync(log), content);
});

test("while the log finds no room commands are refused, reads go on, and room alone brings it back", async (t) => {
  const clock = new ManualClock();
  const logFiles = new FaultFiles();
  const reports: StoreReport[] = [];
  const taken = Promise.withResolvers<void>();
  const report = (report: StoreReport) => {
    reports.push(report);
    if (report.event === "commands-taken-again") taken.resolve();
  };
  const store = await openSqliteStore({ folder: temporaryFolder(t), limits, clock, logFiles, report });
  await store.migrate([notesMigration]);
  await store.write((tx) => addNote(tx.database, "before"));
  logFiles.full = true;
  logFiles.failWrites = true;
  const results = await Promise.allSettled([
    store.write((tx) => addNote(tx.database, "lost 1")),
    store.write((tx) => addNote(tx.database, "lost 2")),
  ]);
  for (const result of results)
    assert.ok(result.status === "rejected" && result.reason instanceof Unavailable);
  assert.equal(store.status().readOnlyBecause, "the disk is full");
  await assert.rejects(
    store.write((tx) => addNote(tx.database, "too early")),
    /refused at present: the disk is full/,
  );
  assert.deepEqual((await store.read(noteIds)).value, ["before"]);
  clock.advance(1_000);
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(store.status().readOnlyBecause, "the disk is full");
  logFiles.full = false;
  logFiles.failWrites = false;
  clock.advance(1_000);
  await taken.promise;
  assert.equal(store.status().readOnlyBecause, null);
  await store.write((tx) => addNote(tx.database, "after"));
  assert.deepEqual((await store.read(noteIds)).value, ["after", "before"]);
  assert.deepEqual(
    reports.map(({ event, facts }) => [event, facts.step]),
    [
      ["commands-refused", "log"],
      ["commands-taken-again", undefined],
    ],
  );
  await store.close();
});

test("a power cut between write and sync loses no answered command, and a torn write is reported", async (t) => {
  let torn = 0;
  for (let seed = 1; seed <= 15; seed++) {
    const folder = temporaryFolder(t);
    const logFiles = new FaultFiles();
    const store = await openSqliteStore({ folder, limits, logFiles });
    await store.migrate([notesMigration]);
    await store.write((tx) => addNote(tx.database, "answered"));
    const crashed = `${folder}-crashed`;
    logFiles.beforeSync = async () => {
      logFiles.beforeSync = null;
      logFiles.pullThePlug(seededRandom(seed));
      crashedCopy(folder, crashed);
    };
    await store.write((tx) => addNote(tx.database, "on its way", "x".repeat(3_000)));
    await store.close();
    const reports: StoreReport[] = [];
    const again = await openSqliteStore({
      folder: crashed,
      limits,
      report: (report) => reports.push(report),
    });
    const found = (await again.read(noteIds)).value;
    assert.ok(found.includes("answered"));
    if (reports.some(({ event }) => event === "log-torn-tail")) {
      torn++;
      assert.deepEqual(found, ["answered"]);
    }
    await again.close();
  }
  assert.ok(torn > 5, "most cuts tear the write");
});

function tamper(file: string, statements: string): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.exec(statements);
  database.close();
}
