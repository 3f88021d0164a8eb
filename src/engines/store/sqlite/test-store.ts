/** What the tests and proofs of this engine share: a folder that goes away, tables to write to, a quick store. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { type Database, type Migration, tablesOf } from "../port.ts";
import type { SqliteLimits } from "./limits.ts";

/** Small files, so that tests meet what happens when one is full. */
export const smallLimits: Partial<SqliteLimits> = { segmentBytes: 1 << 16 };

/** A path in a new folder that is removed after the test; nothing is there yet. */
export function temporaryFolder(t: { after(action: () => void): void }): string {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-store-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return join(folder, "store");
}

export interface NotesTables {
  notes: { id: string; text: string };
  tags: { note_id: string; tag: string };
}

export const notesMigration: Migration = {
  name: "notes/0001-notes",
  up: (schema) => [
    schema
      .createTable("notes")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("text", "text", (column) => column.notNull()),
    schema
      .createTable("tags")
      .addColumn("note_id", "text", (column) => column.notNull().references("notes.id"))
      .addColumn("tag", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("tags_key", ["note_id", "tag"]),
  ],
};

export function notesIn(database: Database): Kysely<NotesTables> {
  return tablesOf<NotesTables>(database);
}

/** Writes one note; the smallest command. */
export function addNote(database: Database, id: string, text = `note ${id}`): Promise<unknown> {
  return notesIn(database).insertInto("notes").values({ id, text }).execute();
}

/** The ids of all notes, in order. */
export async function noteIds(database: Database): Promise<string[]> {
  const rows = await notesIn(database).selectFrom("notes").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}
