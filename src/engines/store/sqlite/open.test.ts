import assert from "node:assert/strict";
import { test } from "node:test";
import { type Migration, tablesOf } from "../port.ts";
import { openSqliteStore } from "./open.ts";
import { temporaryFolder } from "./test-store.ts";

interface Notes {
  notes: { id: string; text: string };
}

const notes: Migration = {
  name: "notes/0001-notes",
  up: (schema) => [
    schema
      .createTable("notes")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("text", "text", (column) => column.notNull()),
  ],
};

test("what was written is read back, also after the store is closed and opened again", async (t) => {
  const folder = temporaryFolder(t);
  const limits = { segmentBytes: 1 << 16 };
  const store = await openSqliteStore({ folder, limits });
  await store.migrate([notes]);
  const written = await store.write(async (tx) => {
    await tablesOf<Notes>(tx.database).insertInto("notes").values({ id: "a", text: "first" }).execute();
    return tx.takeFeedPositions(2);
  });
  assert.deepEqual(written, { value: 1, position: 2 });
  const all = await store.read((database) =>
    tablesOf<Notes>(database).selectFrom("notes").selectAll().execute(),
  );
  assert.deepEqual(all, { value: [{ id: "a", text: "first" }], position: 2 });
  await store.close();

  const again = await openSqliteStore({ folder, limits });
  await again.migrate([notes]);
  assert.equal(again.status().position, 2);
  assert.equal((await again.write((tx) => tx.takeFeedPositions(1))).value, 3);
  await again.close();
});
