import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { createMeta } from "../sqlite/meta.ts";
import { type StateHasher, stateHashInPlace } from "./state-hash.ts";
import { stateHashThread } from "./state-hash-thread.ts";

const tables = `
  CREATE TABLE notes (id TEXT NOT NULL PRIMARY KEY, text TEXT, size INTEGER, share REAL, body BLOB) STRICT;
  CREATE TABLE pairs (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a)) STRICT, WITHOUT ROWID`;

function database(t: TestContext, storeId = "a"): { file: string; database: DatabaseSync } {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-hash-"));
  const file = join(folder, "state.db");
  const database = new DatabaseSync(file);
  t.after(() => {
    if (database.isOpen) database.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  createMeta(database, storeId.repeat(32));
  database.exec(tables);
  return { file, database };
}

function fill(into: DatabaseSync, order: readonly number[]): void {
  const note = into.prepare("INSERT INTO notes VALUES (?, ?, ?, ?, ?)");
  const pair = into.prepare("INSERT INTO pairs VALUES (?, ?)");
  into.exec("BEGIN");
  for (const n of order) {
    note.run(
      `n${n}`,
      n % 3 === 0 ? null : `text ${n} ${"é".repeat(n % 50)}`,
      BigInt(n),
      n / 7,
      Buffer.alloc(n % 90, n),
    );
    pair.run(BigInt(n % 10), `p${n}`);
  }
  into.exec("COMMIT");
}

async function hashOf(file: string, hasher: StateHasher = stateHashInPlace) {
  const held = await hasher.hold(file);
  const hash = await held.hash;
  await held.release();
  return hash;
}

const upwards = Array.from({ length: 3_000 }, (_, place) => place);

test("the same rows have the same hash, wherever they lie, on whichever node, in a thread or not", async (t) => {
  const one = database(t);
  const other = database(t, "b");
  fill(one.database, upwards);
  fill(other.database, upwards.toReversed());
  other.database.exec(
    "INSERT INTO pairs VALUES (99, 'gone'); DELETE FROM pairs WHERE a = 99; UPDATE _meta SET applied = 7",
  );
  other.database.exec("VACUUM");
  const hash = await hashOf(one.file);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.equal(await hashOf(other.file), hash);
  assert.equal(await hashOf(other.file, stateHashThread), hash);
  assert.equal((await stateHashInPlace.hold(other.file)).index, 7);
});

test("any cell that differs, in value or in kind, shows, and so does a row or a table more or less", async (t) => {
  const { file, database: rows } = database(t);
  fill(rows, upwards.slice(0, 50));
  const seen = new Map([[await hashOf(file), "untouched"]]);
  for (const change of [
    "UPDATE notes SET text = 'text 8' WHERE id = 'n7'",
    "UPDATE notes SET text = '' WHERE id = 'n3'",
    "UPDATE notes SET size = 8 WHERE id = 'n7'",
    "UPDATE notes SET share = 8.5 WHERE id = 'n7'",
    "UPDATE notes SET body = x'' WHERE id = 'n7'",
    "UPDATE notes SET body = NULL WHERE id = 'n8'",
    "UPDATE notes SET text = 'ab', body = x'63' WHERE id = 'n9'",
    "UPDATE notes SET text = 'a', body = x'6263' WHERE id = 'n9'",
    "DELETE FROM notes WHERE id = 'n49'",
    "UPDATE pairs SET a = 5 WHERE b = 'p1'",
    "UPDATE _feed SET last = 1",
    "CREATE TABLE empty (id INTEGER NOT NULL PRIMARY KEY) STRICT",
    "INSERT INTO _migrations VALUES (1, 'notes/0001-notes', 'x')",
  ]) {
    rows.exec(change);
    const hash = await hashOf(file);
    assert.equal(seen.get(hash), undefined, change);
    seen.set(hash, change);
  }
});

test("texts and blobs larger than what is hashed at once count whole", async (t) => {
  const { file, database: rows } = database(t);
  const large = "x".repeat(200_000);
  rows.prepare("INSERT INTO notes VALUES ('n', ?, 1, 1, ?)").run(large, Buffer.alloc(200_000, 1));
  const before = await hashOf(file);
  rows.prepare("UPDATE notes SET text = ?").run(`${large.slice(1)}y`);
  const after = await hashOf(file);
  assert.notEqual(after, before);
  const body = Buffer.alloc(200_000, 1);
  body[150_000] = 2;
  rows.prepare("UPDATE notes SET body = ?").run(body);
  assert.notEqual(await hashOf(file), after);
});

test("a state that is held is not touched by what is committed meanwhile", async (t) => {
  const { file, database: rows } = database(t);
  fill(rows, upwards);
  const before = await hashOf(file);
  const held = await stateHashThread.hold(file);
  rows.exec("UPDATE notes SET text = 'changed'; UPDATE _meta SET applied = 1");
  assert.equal(held.index, 0);
  assert.equal(await held.hash, before);
  await held.release();
  const later = await stateHashThread.hold(file);
  assert.equal(later.index, 1);
  await later.release();
});

test("what cannot be read is said, and what is let go of early does not stay open", async (t) => {
  const { file, database: rows } = database(t);
  fill(rows, upwards);
  await assert.rejects(stateHashThread.hold(`${file}.none`), /unable to open/);
  const held = await stateHashThread.hold(file);
  await held.release();
  rows.exec("DELETE FROM notes");
  const { busy } = rows.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
  assert.equal(busy, 0);
});
