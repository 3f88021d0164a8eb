import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DataFolderRefused } from "../folder-refused.ts";
import { openSqliteStore } from "./open.ts";
import { addNote, smallLimits as limits, noteIds, notesMigration, temporaryFolder } from "./test-store.ts";

test("what was written is read back, also after the store is closed and opened again", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  const written = await store.write(async (tx) => {
    await addNote(tx.database, "a");
    return tx.takeFeedPositions(2);
  });
  assert.deepEqual(written, { value: 1, position: 3 });
  assert.deepEqual(await store.read(noteIds), { value: ["a"], position: 3 });
  await store.close();

  const again = await openSqliteStore({ folder, limits });
  await again.migrate([notesMigration]);
  // The first entry of each start says that a term of leadership begins.
  assert.equal(again.status().position, 4);
  assert.equal((await again.write((tx) => tx.takeFeedPositions(1))).value, 3);
  await again.close();
});

test("a folder that another process holds is refused, and free again once that one has died", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openSqliteStore({ folder, limits });
  await assert.rejects(openSqliteStore({ folder, limits }), (error: Error) => {
    assert.ok(error instanceof DataFolderRefused);
    assert.match(
      error.message,
      new RegExp(`in use by another Lyceum process \\(process ${process.pid}\\): stop`),
    );
    return true;
  });
  await store.close();
  await (await openSqliteStore({ folder, limits })).close();
});

test("a folder of a newer Lyceum is refused and left alone", async (t) => {
  const folder = temporaryFolder(t);
  await (await openSqliteStore({ folder, limits })).close();
  fs.writeFileSync(join(folder, "CURRENT"), "lyceum-store 3\nsomething new\n");
  await assert.rejects(openSqliteStore({ folder, limits }), /newer Lyceum \(format 3, this one knows 2\)/);
  fs.writeFileSync(join(folder, "CURRENT"), "rubbish");
  await assert.rejects(openSqliteStore({ folder, limits }), /CURRENT is damaged/);
  fs.writeFileSync(join(folder, "CURRENT"), "lyceum-store 2\ngen-7\n");
  await assert.rejects(openSqliteStore({ folder, limits }), /gen-7, but there is no database in it/);
});

test("migrations that this version does not know, or that were changed, are refused by name", async (t) => {
  const folder = temporaryFolder(t);
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  await assert.rejects(store.migrate([]), /does not know \(notes\/0001-notes\): start the newer version/);
  await assert.rejects(
    store.migrate([
      {
        name: notesMigration.name,
        up: (schema) => notesMigration.up(schema).slice(0, 1),
      },
    ]),
    /changed after they had run.*notes\/0001-notes/,
  );
  await store.close();
});

test("a folder that holds something else is not taken for a store", async (t) => {
  const folder = temporaryFolder(t);
  fs.mkdirSync(folder);
  fs.writeFileSync(join(folder, "thesis.docx"), "years of work");
  await assert.rejects(openSqliteStore({ folder, limits }), /thesis\.docx.*name an empty folder/);
  assert.equal(fs.readFileSync(join(folder, "thesis.docx"), "utf8"), "years of work");
});

test("a first start that died half-way is begun again", async (t) => {
  const folder = temporaryFolder(t);
  await (await openSqliteStore({ folder, limits })).close();
  // It dies before anything but the first generation and the log is there.
  for (const name of ["CURRENT", "snapshots", "incoming"])
    fs.rmSync(join(folder, name), { recursive: true, force: true });
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notesMigration]);
  assert.deepEqual((await store.read(noteIds)).value, []);
  await store.close();
});
