import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import type { Entry, EntryKind } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { listArchive } from "../log/archive-file.ts";
import { Archiver, type ArchiverOptions } from "../log/archiver.ts";
import { DurableLog } from "../log/durable-log.ts";
import { FaultFiles } from "../log/fault-files.ts";
import { diskFiles } from "../log/files.ts";
import { createMeta } from "./meta.ts";
import { compileMigration, encodeMigration, runMigration } from "./migration.ts";
import { openSqliteStore } from "./open.ts";
import { restoreToMoment, type Until } from "./restore-to-moment.ts";
import { snapshotInPlace } from "./snapshot-tasks.ts";
import { addNote, noteIds, notesMigration, temporaryFolder } from "./test-store.ts";

const storeId = "0123456789abcdef0123456789abcdef";

/** A school of one node, its log and its archive, without the machinery that runs one. */
class School {
  readonly clock = new ManualClock(1_767_225_600_000);
  readonly startMs = this.clock.now();
  readonly folder: string;
  readonly archive: string;
  readonly troubles: string[] = [];
  readonly database: DatabaseSync;
  readonly log: DurableLog;
  archiver: Archiver;

  static async open(t: TestContext, more: Partial<ArchiverOptions> = {}): Promise<School> {
    const folder = temporaryFolder(t);
    fs.mkdirSync(folder);
    const log = await DurableLog.open({
      folder: join(folder, "log"),
      storeId,
      startAfter: { index: 0, term: 0 },
      segmentBytes: 4096,
      entryBytesMax: 1 << 20,
    });
    await log.save({ hardState: { term: 1, votedFor: null }, entries: [] });
    return new School(folder, log, more);
  }

  private constructor(folder: string, log: DurableLog, more: Partial<ArchiverOptions>) {
    this.folder = folder;
    this.archive = join(folder, "archive");
    this.log = log;
    this.database = new DatabaseSync(join(folder, "state.db"));
    createMeta(this.database, storeId);
    this.database.exec("PRAGMA synchronous = OFF");
    this.archiver = this.archiverWith(more);
  }

  archiverWith(more: Partial<ArchiverOptions>): Archiver {
    return new Archiver({
      folder: this.archive,
      storeId,
      disk: this.log,
      position: () => this.log.last.index,
      clock: this.clock,
      random: seededRandom(3),
      onTrouble: (message) => this.troubles.push(message),
      ...more,
    });
  }

  async append(kind: EntryKind, payload: Uint8Array): Promise<void> {
    const index = this.log.last.index + 1;
    const schemaVersion = kind === "migration" ? 0 : 1;
    const entry: Entry = { index, term: 1, kind, schemaVersion, payload };
    await this.log.save({ hardState: null, entries: [entry] });
    this.database.prepare("UPDATE _meta SET applied = ?, term = 1").run(index);
  }

  async migrate(): Promise<void> {
    const compiled = compileMigration(notesMigration);
    runMigration(this.database, compiled, 1);
    await this.append("migration", encodeMigration(compiled));
  }

  async note(id: string): Promise<void> {
    const session = this.database.createSession({ db: "main" });
    this.database.prepare("INSERT INTO notes VALUES (?, ?)").run(id, "x".repeat(300));
    const changeset = session.changeset();
    session.close();
    await this.append("changeset", changeset);
  }

  /** One note a second, named after the seconds since the start. */
  async notes(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await this.note(`n${(this.clock.now() - this.startMs) / 1_000}`);
      this.clock.advance(1_000);
      await this.archiver.idle();
    }
  }

  async backup(name: string): Promise<string> {
    const file = join(this.folder, name);
    await snapshotInPlace.copy(join(this.folder, "state.db"), file);
    return file;
  }

  async restored(snapshotFile: string, until: Until, archiveFolder = this.archive) {
    const folder = join(this.folder, `restored-${fs.readdirSync(this.folder).length}`);
    const restored = await restoreToMoment({ folder, snapshotFile, archiveFolder, until });
    const database = new DatabaseSync(join(folder, "gen-1", "state.db"), { readOnly: true });
    const rows = database.prepare("SELECT id FROM notes ORDER BY length(id), id").all();
    database.close();
    return { ...restored, notes: rows.map(({ id }) => id) };
  }

  async close(): Promise<void> {
    await this.archiver.close();
    await this.log.close();
    this.database.close();
  }
}

test("a backup and the archive give every second after the backup back, by time and by position", async (t) => {
  const school = await School.open(t);
  await school.migrate();
  await school.notes(50);
  const backup = await school.backup("backup.db");
  await school.append("noop", new Uint8Array(0));
  await school.notes(150);
  await school.close();
  assert.ok(listArchive(diskFiles, school.archive).length >= 3, "a file a minute or so");

  for (const seconds of [51, 60, 61, 119, 120, 199, 200]) {
    const { notes, ms, position } = await school.restored(backup, { ms: school.startMs + seconds * 1_000 });
    assert.equal(notes.at(-1), `n${seconds - 1}`, `until second ${seconds}`);
    assert.equal(notes.length, seconds);
    assert.equal(ms, school.startMs + seconds * 1_000);
    assert.equal(position, seconds + 2);
  }
  const between = await school.restored(backup, { ms: school.startMs + 99_500 });
  assert.equal(between.notes.at(-1), "n98", "what may have come later is left out");
  const exact = await school.restored(backup, { index: 77 });
  assert.deepEqual([exact.notes.at(-1), exact.position, exact.replayed], ["n74", 77, 77 - 51]);
  const latest = await school.restored(backup, "latest");
  assert.equal(latest.notes.length, 200);
  const none = await school.restored(backup, { index: 51 });
  assert.deepEqual([none.notes.length, none.replayed, none.ms], [50, 0, null]);
});

test("a moment that the archive and the backup do not lead to is refused, with what to do", async (t) => {
  const school = await School.open(t);
  await school.migrate();
  await school.notes(30);
  const early = await school.backup("early.db");
  await school.notes(100);
  const late = await school.backup("late.db");
  await school.notes(100);
  await school.close();
  const refused = (what: RegExp, backup: string, until: Until, archive?: string) =>
    assert.rejects(school.restored(backup, until, archive), (error: Error) => {
      assert.ok(error instanceof DataFolderRefused, String(error));
      assert.match(error.message, what);
      return true;
    });
  await refused(/The backup stands at position 131, later than .*older backup/, late, { index: 60 });
  await refused(/later than position/, late, { ms: school.startMs + 40_000 });
  await refused(/archive ends at position 231 .* says nothing about/, early, {
    ms: school.startMs + 999_000,
  });
  await refused(/archive ends at position 231, before 300/, early, { index: 300 });
  await refused(/begins later than/, early, { ms: school.startMs - 5 });
  await refused(/holds no archived log of the school/, early, "latest", join(school.folder, "nowhere"));
  const [, second, third] = listArchive(diskFiles, school.archive);
  assert.ok(second !== undefined && third !== undefined);
  const path = join(school.archive, second.name);
  const content = fs.readFileSync(path);
  fs.rmSync(path);
  await refused(
    new RegExp(`lacks the entries ${second.first} to ${third.first - 1}.*at most`),
    early,
    "latest",
  );
  assert.equal((await school.restored(early, { index: second.first - 1 })).position, second.first - 1);
  fs.writeFileSync(path, content.fill(0, content.length - 20));
  await refused(/is damaged/, early, "latest");
});

test("entries stay in the log until the archive has them; when it fails for too long there is a gap, which is said", async (t) => {
  const files = new FaultFiles();
  const school = await School.open(t, { files, logBytesMax: 40_000 });
  await school.migrate();
  await school.notes(70);
  const archived = school.archiver.trimIndex(1_000);
  assert.ok(archived >= 55 && archived < 70);
  files.full = true;
  await school.notes(80);
  assert.match(school.troubles.join(), /cannot be archived.*ENOSPC/);
  assert.notEqual(school.archiver.trouble, null);
  assert.ok(school.log.bytes > 40_000);
  assert.equal(school.archiver.trimIndex(100), 100);
  assert.match(school.troubles.at(-1) ?? "", /lacks the entries \d+ to 100/);
  files.full = false;
  await school.notes(61);
  assert.equal(school.archiver.trouble, null);
  await school.close();
  assert.deepEqual(listArchive(diskFiles, school.archive).map(({ first }) => first)[1], 101);
});

test("a node that comes back goes on where its archive ends, and old files go when they are to", async (t) => {
  const school = await School.open(t);
  await school.migrate();
  await school.notes(70);
  await school.archiver.close();
  await school.notes(10);
  school.archiver = school.archiverWith({ keepMs: 100_000 });
  await school.notes(5);
  await school.archiver.close();
  const pieces = listArchive(diskFiles, school.archive);
  assert.equal(pieces.at(-1)?.last, 86);
  for (const [place, { first }] of pieces.entries()) {
    assert.equal(first, place === 0 ? 1 : (pieces[place - 1]?.last ?? 0) + 1);
  }
  school.clock.advance(200_000);
  school.archiver = school.archiverWith({ keepMs: 100_000 });
  await school.notes(1);
  await school.close();
  assert.deepEqual(
    listArchive(diskFiles, school.archive).map(({ first, last }) => [first, last]),
    [[87, 87]],
  );
});

test("a store archives its log while it works, and what was acknowledged before it stopped is in the archive", async (t) => {
  const folder = temporaryFolder(t);
  const archive = `${folder}-archive`;
  const options = { folder, logArchive: archive, limits: { segmentBytes: 4096 } };
  const store = await openSqliteStore(options);
  await store.migrate([notesMigration]);
  await store.write((tx) => addNote(tx.database, "in the backup"));
  const backup = `${folder}-backup.db`;
  await store.snapshotTo(backup);
  for (let place = 0; place < 20; place++) await store.write((tx) => addNote(tx.database, `later ${place}`));
  await store.close();
  const again = await openSqliteStore(options);
  await again.write((tx) => addNote(tx.database, "after a restart"));
  await again.close();
  const restored = `${folder}-restored`;
  await restoreToMoment({ folder: restored, snapshotFile: backup, archiveFolder: archive, until: "latest" });
  const back = await openSqliteStore({ folder: restored });
  const ids = (await back.read(noteIds)).value;
  assert.equal(ids.length, 22);
  assert.ok(ids.includes("after a restart"));
  await back.close();
});
