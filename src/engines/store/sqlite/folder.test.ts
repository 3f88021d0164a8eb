/** The layout of a store's folder from one version of Lyceum to the next. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import type { Entry } from "#raft/entry.ts";
import { encodeFrames, segmentHeaderBytes } from "../log/frame.ts";
import { createMeta } from "./meta.ts";
import { compileMigration, encodeMigration, runMigration } from "./migration.ts";
import { openSqliteStore } from "./open.ts";
import { installSnapshot } from "./restore.ts";
import { addNote, noteIds, notesMigration, temporaryFolder } from "./test-store.ts";
import { verifyDataFolder } from "./verify.ts";

const storeId = "0123456789abcdef0123456789abcdef";

/** A folder as the version without Raft left it: three entries in the log, the last one not yet in the database. */
function folderOfFormatOne(folder: string): void {
  fs.mkdirSync(join(folder, "gen-1"), { recursive: true });
  fs.mkdirSync(join(folder, "log"));
  const database = new DatabaseSync(join(folder, "gen-1", "state.db"));
  createMeta(database, storeId);
  database.exec(
    "ALTER TABLE _meta DROP COLUMN configuration; ALTER TABLE _meta DROP COLUMN configuration_index",
  );
  const migration = compileMigration(notesMigration);
  runMigration(database, migration, 1);
  const note = (id: string) => {
    const session = database.createSession({ db: "main" });
    database.prepare("INSERT INTO notes VALUES (?, 'text')").run(id);
    const changeset = session.changeset();
    session.close();
    return changeset;
  };
  const payloads = [encodeMigration(migration), note("a"), note("b")];
  database.exec(
    "DELETE FROM notes WHERE id = 'b'; UPDATE _meta SET applied = 2, term = 1; PRAGMA user_version = 1",
  );
  database.close();
  const entries = payloads.map((payload, place): Entry => {
    const kind = place === 0 ? "migration" : "changeset";
    return { index: place + 1, term: 1, kind, schemaVersion: place === 0 ? 0 : 1, payload };
  });
  const header = Buffer.alloc(segmentHeaderBytes);
  header.write("LYLG");
  header.writeUInt32LE(1, 4);
  header.write(storeId, 8, "hex");
  header.writeUInt32LE(1, 24);
  header.writeUInt32LE(1, 32);
  header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
  const frames = entries.map((entry) => encodeFrames([entry], { version: 1, salt: 0 }));
  fs.writeFileSync(
    join(folder, "log", "0000000000000001.log"),
    Buffer.concat([header, ...frames, Buffer.alloc(4_000)]),
  );
  fs.writeFileSync(join(folder, "CURRENT"), "lyceum-store 1\ngen-1\n");
}

test("a folder of the version without Raft opens with all that was answered, and bears the new format then", async (t) => {
  const folder = temporaryFolder(t);
  folderOfFormatOne(folder);
  assert.ok(verifyDataFolder(folder).every(({ level }) => level === "ok"));
  for (const added of ["c", "d"]) {
    const store = await openSqliteStore({ folder });
    await store.migrate([notesMigration]);
    await store.write((tx) => addNote(tx.database, added));
    assert.deepEqual((await store.read(noteIds)).value, ["a", "b", "c", "d"].slice(0, added === "c" ? 3 : 4));
    await store.close();
    assert.equal(fs.readFileSync(join(folder, "CURRENT"), "utf8"), "lyceum-store 2\ngen-1\n");
    assert.ok(verifyDataFolder(folder).every(({ level }) => level === "ok"));
  }
});

test("a backup of the version without Raft can be restored", async (t) => {
  const folder = temporaryFolder(t);
  folderOfFormatOne(folder);
  const restored = `${folder}-restored`;
  const snapshotFile = join(folder, "gen-1", "state.db");
  assert.deepEqual(await installSnapshot({ folder: restored, snapshotFile }), {
    position: 2,
    schemaVersion: 1,
  });
  const store = await openSqliteStore({ folder: restored });
  await store.migrate([notesMigration]);
  assert.deepEqual((await store.read(noteIds)).value, ["a"]);
  await store.close();
});
