/** After rows were deleted of which nothing may be left, a store that starts anew has nothing of them in any file. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { listArchive } from "../log/archive-file.ts";
import { diskFiles } from "../log/files.ts";
import { type Migration, type Store, tablesOf } from "../port.ts";
import { openSqliteStore } from "./open.ts";

interface Tables {
  notes: { id: number; body: string };
}
const notes: Migration = {
  name: "test/0001-notes",
  up: (schema) => [
    schema
      .createTable("notes")
      .addColumn("id", "integer", (column) => column.notNull().primaryKey())
      .addColumn("body", "text", (column) => column.notNull()),
    schema.createIndex("notes_by_body").on("notes").column("body"),
  ],
};
const secret = "what nobody may find";

test("a wish is fulfilled once, at the next start, and the store goes on where it was", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-compaction-"));
  const archive = join(folder, "archive");
  const clock = new ManualClock();
  const reports: string[] = [];
  const open = async () => {
    const store = await openSqliteStore({
      ...{ folder: join(folder, "store"), clock, logArchive: archive },
      report: ({ event }) => void reports.push(event),
    });
    await store.migrate([notes]);
    return store;
  };
  try {
    let store = await open();
    await addNotes(store);
    await store.write(({ database }) =>
      tablesOf<Tables>(database).deleteFrom("notes").where("body", "like", `%${secret}%`).execute(),
    );
    const position = store.status().position;
    store.leaveNoTraceOf(clock.now());
    await store.close();
    assert(filesWith(join(folder, "store"), secret) > 0, "before, something is left of it");

    clock.advance(1_000);
    store = await open();
    store.leaveNoTraceOf(clock.now() - 1_000);
    const { value } = await store.read((database) =>
      tablesOf<Tables>(database).selectFrom("notes").select("id").execute(),
    );
    assert.equal(value.length, 500, "what was kept is there");
    assert(store.status().position >= position);
    await store.write(({ database }) =>
      tablesOf<Tables>(database).insertInto("notes").values({ id: 5_000, body: "later" }).execute(),
    );
    await store.close();
    assert.equal(filesWith(join(folder, "store"), secret), 0);
    assert((listArchive(diskFiles, archive).at(-1)?.last ?? 0) >= position, "the archive lacks nothing");

    store = await open();
    const { value: later } = await store.read((database) =>
      tablesOf<Tables>(database).selectFrom("notes").select("body").where("id", "=", 5_000).execute(),
    );
    assert.deepEqual(later, [{ body: "later" }], "the log goes on behind what was forgotten");
    await store.close();
    assert.equal(reports.filter((event) => event === "store-compacted").length, 1, "once is enough");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function addNotes(store: Store): Promise<void> {
  for (let id = 0; id < 1_000; id++)
    await store.write(({ database }) =>
      tablesOf<Tables>(database)
        .insertInto("notes")
        .values({ id, body: `${(id * 7_919) % 1_000} ${id % 2 === 0 ? secret : "a word"}` })
        .execute(),
    );
}

function filesWith(folder: string, word: string): number {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && fs.readFileSync(join(entry.parentPath, entry.name)).includes(word))
    .length;
}
