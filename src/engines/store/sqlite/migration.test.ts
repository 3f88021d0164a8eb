/** What a migration may hold, and that each thing that could not be replicated is refused by name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompiledQuery, type SchemaModule, sql } from "kysely";
import type { Migration } from "../port.ts";
import { openSqliteStore } from "./open.ts";
import {
  addNote,
  smallLimits as limits,
  noteIds,
  notesIn,
  notesMigration,
  temporaryFolder,
} from "./test-store.ts";

type Statements = ReturnType<Migration["up"]>;

const raw = (text: string) => (): Statements => [{ compile: () => CompiledQuery.raw(text) }];
const key = (schema: SchemaModule) =>
  schema.createTable("t").addColumn("id", "text", (column) => column.notNull().primaryKey());

const refused: [string, (schema: SchemaModule) => Statements, RegExp][] = [
  ["no primary key", (schema) => [schema.createTable("t").addColumn("a", "text")], /no primary key/],
  [
    "AUTOINCREMENT",
    (schema) => [
      schema
        .createTable("t")
        .addColumn("id", "integer", (column) => column.notNull().primaryKey().autoIncrement()),
    ],
    /AUTOINCREMENT/,
  ],
  [
    "a cascade",
    (schema) => [
      key(schema).addColumn("n", "text", (column) => column.references("notes.id").onDelete("cascade")),
    ],
    /foreign key "n" does CASCADE/,
  ],
  [
    "SET NULL",
    (schema) => [
      key(schema).addColumn("n", "text", (column) => column.references("notes.id").onUpdate("set null")),
    ],
    /foreign key "n" does SET NULL/,
  ],
  [
    "a type that STRICT does not know",
    (schema) => [key(schema).addColumn("n", "varchar(20)")],
    /unknown datatype/,
  ],
  [
    "a name of the store's own",
    (schema) => [schema.createTable("_t").addColumn("id", "text", (c) => c.notNull().primaryKey())],
    /store's own/,
  ],
  ["a trigger", raw("CREATE TRIGGER x AFTER INSERT ON notes BEGIN SELECT 1; END"), /only tables and indexes/],
  ["a virtual table", raw("CREATE VIRTUAL TABLE f USING fts5(a)"), /only tables and indexes/],
  ["rows", raw("INSERT INTO notes VALUES ('a', 'b')"), /only tables and indexes/],
  [
    "a conflict clause",
    raw("create table t (id text not null primary key on conflict rollback)"),
    /ON CONFLICT clause/,
  ],
  [
    "a deferred constraint",
    raw("create table t (id text not null primary key references notes (id) deferrable initially deferred)"),
    /deferrable/,
  ],
];

test("a migration with something that cannot be replicated is refused and leaves nothing", async (t) => {
  const store = await openSqliteStore({ folder: temporaryFolder(t), limits });
  await store.migrate([notesMigration]);
  const { position } = store.status();
  for (const [what, up, message] of refused) {
    await assert.rejects(store.migrate([notesMigration, { name: "t/0001-t", up }]), message, what);
  }
  assert.equal(store.status().position, position);
  await store.write((tx) => addNote(tx.database, "still works"));
  await store.close();
});

test("tables are strict, and a reader that knew the old columns sees the new ones", async (t) => {
  const store = await openSqliteStore({ folder: temporaryFolder(t), limits });
  await store.migrate([notesMigration]);
  await store.write((tx) => addNote(tx.database, "a"));
  const all = () =>
    store.read((database) => sql`select * from notes`.execute(notesIn(database)).then(({ rows }) => rows));
  assert.deepEqual((await all()).value, [{ id: "a", text: "note a" }]);
  await store.migrate([
    notesMigration,
    {
      name: "notes/0002-stars",
      up: (schema) => [
        schema.alterTable("notes").addColumn("stars", "integer", (column) => column.notNull().defaultTo(0)),
      ],
    },
  ]);
  assert.deepEqual((await all()).value, [{ id: "a", text: "note a", stars: 0 }]);
  await assert.rejects(
    store.write((tx) => sql`update notes set stars = 'many'`.execute(notesIn(tx.database))),
    /cannot store TEXT value in INTEGER column/,
  );
  await assert.rejects(
    store.write((tx) =>
      notesIn(tx.database).insertInto("tags").values({ note_id: "none", tag: "x" }).execute(),
    ),
    /FOREIGN KEY/,
  );
  assert.deepEqual((await store.read(noteIds)).value, ["a"]);
  await store.close();
});
