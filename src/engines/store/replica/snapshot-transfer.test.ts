/** A snapshot on its way from one member to another: taken, sent in pieces, checked, put into force, and cut off anywhere. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import { DurableLog } from "../log/durable-log.ts";
import { FaultFiles } from "../log/fault-files.ts";
import { diskFiles } from "../log/files.ts";
import { currentGeneration, pathsOf, setCurrentGeneration } from "../sqlite/folder.ts";
import { createMeta, readConfiguration, readMeta } from "../sqlite/meta.ts";
import { installedSnapshot, installGeneration, removeStaleGenerations } from "../sqlite/snapshot-install.ts";
import { snapshotInPlace } from "../sqlite/snapshot-tasks.ts";
import { snapshotThread } from "../sqlite/snapshot-thread.ts";
import { SnapshotInbox } from "./snapshot-inbox.ts";
import type { NamedSnapshot } from "./snapshot-record.ts";
import { SnapshotShelf } from "./snapshot-shelf.ts";
import type { SnapshotFile } from "./transport.ts";

const storeId = "0123456789abcdef0123456789abcdef";
const clock = new ManualClock();
const about = { name: "one", peerAddress: "host:1", httpUrl: null, grpcAddress: null };
const members = [{ id: "aaaaaaaaaaaa", role: "voter" as const, about }];

/** A store's folder with a database at entry `index`, whose rows take some room. */
function storeFolder(t: TestContext, index: number, id = storeId, rows = 200): string {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-snapshot-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const paths = pathsOf(folder, "gen-1");
  fs.mkdirSync(paths.generation);
  const database = new DatabaseSync(paths.database);
  createMeta(database, id, { members });
  database.exec("CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO notes (text) VALUES (?)");
  for (let row = 0; row < rows; row++) insert.run(`${index} ${"x".repeat(500)}`);
  database.prepare("UPDATE _meta SET applied = ?, term = 3").run(index);
  database.close();
  setCurrentGeneration(folder, "gen-1");
  return folder;
}

const databaseOf = (folder: string) => pathsOf(folder, currentGeneration(folder) ?? "").database;

async function taken(folder: string): Promise<SnapshotFile> {
  const shelf = new SnapshotShelf({ folder, worker: snapshotInPlace, clock });
  await shelf.take(databaseOf(folder));
  const file = shelf.file();
  assert.ok(file !== null);
  return file;
}

function inboxOf(folder: string, files = diskFiles): SnapshotInbox {
  return new SnapshotInbox({ folder, storeId, worker: snapshotInPlace, files, durableEveryBytes: 20_000 });
}

async function* pieces(file: SnapshotFile, from: number, until = file.bytes): AsyncGenerator<Uint8Array> {
  const content: Buffer[] = [];
  for await (const piece of file.read(from)) content.push(piece as Buffer);
  const bytes = Buffer.concat(content);
  for (let offset = 0; from + offset < until; offset += 7_000) {
    yield bytes.subarray(offset, Math.min(offset + 7_000, until - from));
  }
}

/** What a start finds: at which entry the database is, and where the log begins and ends. */
async function started(folder: string) {
  const paths = pathsOf(folder, currentGeneration(folder) ?? "");
  const database = new DatabaseSync(paths.database);
  const meta = readMeta(database);
  const { quick_check } = database.prepare("PRAGMA quick_check").get() as { quick_check: string };
  database.close();
  assert.equal(quick_check, "ok");
  const log = await DurableLog.open({
    folder: paths.log,
    storeId,
    startAfter: { index: meta.index, term: meta.term },
    installed: installedSnapshot(paths),
    segmentBytes: 4096,
    entryBytesMax: 1 << 20,
  });
  const { start, last } = log;
  await log.close();
  return { applied: meta.index, start: start.index, last: last.index };
}

test("the newest snapshot is kept with its hash and membership, over restarts too, and older ones go", async (t) => {
  const folder = storeFolder(t, 40);
  const shelf = new SnapshotShelf({ folder, worker: snapshotThread, clock });
  assert.equal(shelf.file(), null);
  const [first, same] = await Promise.all([shelf.take(databaseOf(folder)), shelf.take(databaseOf(folder))]);
  assert.equal(first, same, "one is taken for all who ask meanwhile");
  assert.deepEqual(first.id, { index: 40, term: 3, configuration: { index: 0, members } });
  const database = new DatabaseSync(databaseOf(folder));
  database.exec("UPDATE _meta SET applied = 41");
  database.close();
  const second = await shelf.take(databaseOf(folder));
  const folderOf = join(folder, "snapshots");
  assert.deepEqual(fs.readdirSync(folderOf), ["41-3.db", "newest.json"]);
  fs.writeFileSync(join(folderOf, "snapshot.part"), "cut off");
  const again = new SnapshotShelf({ folder, worker: snapshotInPlace, clock });
  assert.deepEqual(again.newest, second);
  assert.deepEqual(fs.readdirSync(folderOf), ["41-3.db", "newest.json"]);
  fs.truncateSync(join(folderOf, "41-3.db"), 100);
  assert.equal(new SnapshotShelf({ folder, worker: snapshotInPlace, clock }).newest, null);
});

test("a transfer that breaks goes on where the bytes are durable, after a restart too", async (t) => {
  const file = await taken(storeFolder(t, 50));
  const folder = storeFolder(t, 5);
  const inbox = inboxOf(folder);
  assert.equal(inbox.offsetOf(file), 0);
  await assert.rejects(inbox.receive(file, 0, pieces(file, 0, 60_000)), /cut off after 60000 of/);
  assert.equal(inbox.offsetOf(file), 60_000);
  assert.equal(inbox.offsetOf({ ...file, sha256: "0".repeat(64) }), 0);
  const later = inboxOf(folder);
  later.forgetThrough(49);
  assert.equal(later.offsetOf(file), 60_000);
  await assert.rejects(later.receive(file, 10, pieces(file, 10)), /has to go on at byte 60000/);
  async function* broken() {
    yield* pieces(file, 60_000, 90_000);
    throw new Error("the link broke");
  }
  await assert.rejects(later.receive(file, 60_000, broken()), /the link broke/);
  const offset = later.offsetOf(file);
  assert.ok(offset >= 80_000 && offset <= 90_000);
  await later.receive(file, offset, pieces(file, offset));
  assert.ok(later.checkedFile(file.id) !== null);
  assert.equal(later.checkedFile({ index: 49, term: 3 }), null);
  later.forgetThrough(50);
  assert.deepEqual(fs.readdirSync(join(folder, "incoming")), []);
});

test("a snapshot that is damaged, foreign, newer or another one than announced is refused and harms nothing", async (t) => {
  const source = storeFolder(t, 50);
  const file = await taken(source);
  const folder = storeFolder(t, 5);
  const inbox = inboxOf(folder);
  const refused = async (what: RegExp, snapshot: NamedSnapshot, bytes: AsyncIterable<Uint8Array>) => {
    await assert.rejects(inbox.receive(snapshot, 0, bytes), what);
    assert.deepEqual(fs.readdirSync(join(folder, "incoming")), []);
    assert.equal(inbox.checkedFile(snapshot.id), null);
  };
  async function* flipped() {
    for await (const piece of pieces(file, 0)) yield Uint8Array.from(piece, (byte) => byte ^ 1);
  }
  await refused(/is no snapshot of a store|no database of/, file, flipped());
  await refused(/hash is not the one/, { ...file, sha256: "0".repeat(64) }, pieces(file, 0));
  await refused(/more than the 90000 bytes/, { ...file, bytes: 90_000 }, pieces(file, 0));
  await refused(/stands at entry 50.*not at 51/, { ...file, id: { ...file.id, index: 51 } }, pieces(file, 0));
  const foreign = await taken(storeFolder(t, 50, "f".repeat(32)));
  await refused(/of another cluster/, foreign, pieces(foreign, 0));
  const database = new DatabaseSync(databaseOf(source));
  database.exec("PRAGMA user_version = 99; UPDATE _meta SET applied = 60");
  database.close();
  const shelf = new SnapshotShelf({ folder: source, worker: snapshotInPlace, clock });
  await shelf.take(databaseOf(source));
  const newer = shelf.file();
  assert.ok(newer !== null);
  await refused(/newer Lyceum \(format 99/, newer, pieces(newer, 0));
  assert.equal(currentGeneration(folder), "gen-1");
});

test("a later transfer takes the place of one that is stuck", async (t) => {
  const file = await taken(storeFolder(t, 50));
  const inbox = inboxOf(storeFolder(t, 5));
  async function* stuck() {
    yield* pieces(file, 0, 30_000);
    await new Promise(() => undefined);
  }
  const first = assert.rejects(inbox.receive(file, 0, stuck()), (error) => error instanceof Unavailable);
  await new Promise((resolve) => setImmediate(resolve));
  await inbox.receive(file, 0, pieces(file, 0));
  await first;
  assert.ok(inbox.checkedFile(file.id) !== null);
});

test("a crash at any step of receiving and installing leaves the old state or the new one, never a mixture", async (t) => {
  const file = await taken(storeFolder(t, 50, storeId, 30));
  const outcomes = { old: 0, new: 0 };
  for (let steps = 0; ; steps++) {
    const folder = storeFolder(t, 5, storeId, 3);
    const { log } = pathsOf(folder, "gen-1");
    await (await DurableLog.begin(logOptions(log))).close();
    const files = new FaultFiles();
    files.stepsLeft = steps;
    const died = await receiveAndInstall(folder, file, files).then(
      () => false,
      (error: unknown) => {
        assert.match(String(error), /no more|EBADF/);
        return true;
      },
    );
    const found = await started(folder);
    if (found.applied === 5) outcomes.old++;
    else outcomes.new++;
    const expected =
      found.applied === 5 ? { applied: 5, start: 5, last: 5 } : { applied: 50, start: 50, last: 50 };
    assert.deepEqual(found, expected, `after ${steps} steps`);
    // What is left can be gone on with: the same transfer ends well.
    if (found.applied === 5) await receiveAndInstall(folder, file, diskFiles);
    removeStaleGenerations(folder);
    assert.equal((await started(folder)).applied, 50);
    assert.equal(fs.readdirSync(folder).filter((name) => name.startsWith("gen-")).length, 1);
    const database = new DatabaseSync(databaseOf(folder));
    assert.deepEqual(readConfiguration(database)?.configuration, { members });
    database.close();
    if (!died) break;
  }
  assert.ok(outcomes.old > 20 && outcomes.new > 5, JSON.stringify(outcomes));
});

function logOptions(folder: string) {
  return { folder, storeId, startAfter: { index: 5, term: 3 }, segmentBytes: 4096, entryBytesMax: 1 << 20 };
}

async function receiveAndInstall(folder: string, file: SnapshotFile, files: typeof diskFiles): Promise<void> {
  const inbox = inboxOf(folder, files);
  const offset = inbox.offsetOf(file);
  await inbox.receive(file, offset, pieces(file, offset));
  const received = inbox.checkedFile(file.id);
  assert.ok(received !== null);
  const paths = await installGeneration({ folder, file: received, id: file.id }, files);
  inbox.discard();
  const log = await DurableLog.open({
    ...logOptions(paths.log),
    startAfter: { index: file.id.index, term: file.id.term },
    installed: installedSnapshot(paths),
    files,
  });
  await log.close();
}
