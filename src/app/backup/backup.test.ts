/** A backup made while people work, restored somewhere else, and compared with what it was made of. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { after, before, test } from "node:test";
import { seededRandom } from "#base/random.ts";
import { notesSlice } from "#doors/grpc/test-slice.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { tablesOf } from "#engines/store/port.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { contentOf } from "#engines/store/sqlite/rows.ts";
import { openTestKernel, personToken, type TestKernel } from "#kernel/testing.ts";
import { askRunningNode, backupOfRunningNode, isNodeRunning, openControlSocket } from "../control-socket.ts";
import { readArchive } from "./archive.ts";
import { backUp, usedBlobs } from "./back-up.ts";
import { databaseName } from "./manifest.ts";
import { checkBackup, RestoreRefused, restoreBackup } from "./restore.ts";

const ada = personToken("ada", "student");
let folder: string;
let opened: TestKernel;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lyceum-backup-"));
  opened = await openTestKernel({ slices: [notesSlice] });
});

after(async () => {
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

/** Makes a note with a file; gives the note's id and the file's bytes. */
async function makeNote(title: string): Promise<{ noteId: string; bytes: Buffer }> {
  const bytes = randomBytes(20_000);
  const { id } = await opened.must<{ id: string }>(ada, "notes.makeNote", { title, dueAt: null });
  const uploadId = await opened.upload("person:ada", `${title}.bin`, bytes);
  await opened.must(ada, "notes.attachFile", { noteId: id, uploadId });
  return { noteId: id, bytes };
}

function source() {
  const { store, services } = opened.kernel;
  return {
    store,
    blobs: services.blobs,
    scratchFolder: folder,
    version: "0.0.0-test",
    now: opened.clock.now(),
  };
}

async function writeBackup(name: string): Promise<string> {
  const file = join(folder, name);
  await pipeline(Readable.from(backUp(source()), { objectMode: false }), createWriteStream(file));
  return file;
}

function placesIn(name: string) {
  const data = join(folder, name);
  return { data, store: join(data, "store"), blobs: join(data, "blobs") };
}

test("what was acknowledged before the backup began is in it, row by row and file by file, whatever goes on meanwhile", async () => {
  const before: { noteId: string; bytes: Buffer }[] = [];
  for (let index = 0; index < 20; index++) before.push(await makeNote(`before ${index}`));

  let going = true;
  const load = (async () => {
    for (let index = 0; going; index++) await makeNote(`meanwhile ${index}`);
  })();
  const file = await writeBackup("school.tar");
  going = false;
  await load;

  const places = placesIn("restored");
  const { manifest } = await restoreBackup(file, places);
  assert.ok((manifest.rows.notes ?? 0) >= 20);

  // The database of the archive and the restored one hold the same rows.
  const extracted = join(folder, "extracted.sqlite");
  await readArchive(file, async ({ name, content }) => {
    const bytes = await buffer(Readable.from(content));
    if (name === databaseName) await writeFile(extracted, bytes);
  });
  assert.deepEqual(await contentAt(join(places.store, "gen-1", "state.db")), await contentAt(extracted));

  const store = await openSqliteStore({ folder: places.store });
  const blobs = await openLocalBlobStore({
    folder: places.blobs,
    clock: opened.clock,
    random: seededRandom(3),
  });
  const { value: rows } = await store.read((database) =>
    tablesOf<{ notes: { id: string; sha256: string | null } }>(database)
      .selectFrom("notes")
      .select(["id", "sha256"])
      .execute(),
  );
  const hashes = new Map(rows.map(({ id, sha256 }) => [id, sha256]));
  for (const { noteId, bytes } of before)
    assert.deepEqual(await buffer(await blobs.open(String(hashes.get(noteId)))), bytes);
  for (const { sha256 } of await usedBlobs(store)) assert.notEqual(await blobs.stat(sha256), null);
  await blobs.close();
  await store.close();
});

async function contentAt(file: string): Promise<Map<string, string[]>> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return contentOf(database);
  } finally {
    database.close();
  }
}

test("a backup that was cut off or damaged is refused, and the folder stays empty", async () => {
  const file = await writeBackup("broken.tar");
  const whole = await readFile(file);
  const damaged = Buffer.from(whole);
  // Within the database's first page: between two files of the archive lies padding, of which nobody reads a bit.
  const inside = whole.indexOf("SQLite format 3") + 1000;
  damaged[inside] = (damaged[inside] ?? 0) ^ 1;
  for (const [bytes, reason] of [
    [damaged, /damaged/],
    [whole.subarray(0, whole.length - 4096), /cut off/],
    [randomBytes(4096), /no backup of Lyceum/],
  ] as const) {
    await writeFile(file, bytes);
    const places = placesIn("refused");
    await assert.rejects(restoreBackup(file, places), reason);
    assert.deepEqual(await readdir(places.data), []);
    await assert.rejects(checkBackup(file), reason);
  }
  await writeFile(file, whole);
  await checkBackup(file);
});

test("a folder that holds something is not restored into, but the key may be there first", async () => {
  const file = await writeBackup("again.tar");
  const places = placesIn("occupied");
  await mkdir(places.data);
  await writeFile(join(places.data, "master.key"), "key");
  await writeFile(join(places.data, "notes.txt"), "mine");
  await assert.rejects(
    restoreBackup(file, places),
    (error: Error) => error instanceof RestoreRefused && /notes\.txt/.test(error.message),
  );
  assert.equal(await readFile(join(places.data, "notes.txt"), "utf8"), "mine");
  await rm(join(places.data, "notes.txt"));
  await restoreBackup(file, places);
  assert.equal(await readFile(join(places.data, "master.key"), "utf8"), "key");
});

test("a running node gives its backup over a socket that only its own user can open", async () => {
  const data = join(folder, "data");
  await mkdir(data);
  assert.equal(await backupOfRunningNode(data), null);
  const socket = await openControlSocket({
    dataFolder: data,
    backUp: () => backUp(source()),
    answerers: {
      checkup: async () => ["looked"],
      leave: () => Promise.reject(new Error("Not now.")),
    },
    log: () => {},
  });
  after(() => socket?.close());
  assert.equal((await stat(join(data, "control.sock"))).mode & 0o777, 0o600);
  const bytes = await backupOfRunningNode(data);
  assert.notEqual(bytes, null);
  assert.equal(await isNodeRunning(data), true);
  assert.deepEqual(await askRunningNode(data, "checkup"), { answer: ["looked"] });
  await assert.rejects(askRunningNode(data, "leave"), { name: "NodeRefused", message: "Not now." });
  const file = join(folder, "socket.tar");
  await pipeline(Readable.from(bytes ?? []), createWriteStream(file));
  await checkBackup(file);
  await truncate(file, 10_240);
  await assert.rejects(checkBackup(file), /cut off/);
  await socket?.close();
  assert.equal(await isNodeRunning(data), false);
  assert.equal(await backupOfRunningNode(data), null);
});
