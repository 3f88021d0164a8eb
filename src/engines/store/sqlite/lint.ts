/**
 * What a schema must be so that changesets carry it exactly. Each rule stands for a way in which SQLite would
 * lose or change rows on a replica without a word. Looks at the schema as it is, not at the text that made it.
 */
import type { DatabaseSync } from "node:sqlite";
import { AssertionError } from "#base/assert.ts";

interface ForeignKey {
  readonly from: string;
  readonly on_update: string;
  readonly on_delete: string;
}

/** Throws with every finding named when the schema holds something that cannot be replicated. */
export function lintSchema(database: DatabaseSync, migration: string): void {
  const findings = schemaFindings(database);
  if (findings.length > 0) {
    throw new AssertionError(`Migration ${migration} cannot be replicated:\n- ${findings.join("\n- ")}`);
  }
}

/** What about the schema cannot be replicated, a sentence each; empty when all is well. */
export function schemaFindings(database: DatabaseSync): string[] {
  return [...findingsIn(database)];
}

function* findingsIn(database: DatabaseSync): Generator<string> {
  const objects = database
    .prepare("SELECT type, name, sql FROM main.sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all() as { type: string; name: string; sql: string }[];
  for (const { type, name, sql } of objects) {
    if (type === "trigger") yield `trigger "${name}": it would fire again where the changeset is applied`;
    else if (type === "view")
      yield `view "${name}": the other engines' migrations know no views; write a query`;
    else if (type === "table") yield* findingsInTable(database, name, sql);
  }
}

const ownTables = new Set(["_meta", "_migrations", "_feed"]);

function* findingsInTable(database: DatabaseSync, table: string, sql: string): Generator<string> {
  const facts = database
    .prepare("SELECT type, strict FROM pragma_table_list WHERE schema = 'main' AND name = ?")
    .get(table) as {
    type: string;
    strict: number;
  };
  if (facts.type === "virtual" || facts.type === "shadow") {
    yield `table "${table}" is virtual: derived data belongs into a file of its own, outside the store`;
    return;
  }
  if (table.startsWith("_") && !ownTables.has(table))
    yield `table "${table}": names with _ in front are the store's own`;
  if (facts.strict !== 1) yield `table "${table}" is not STRICT`;
  // STRICT makes every column of a primary key NOT NULL by itself; a test holds that.
  const keys = database
    .prepare("SELECT count(*) AS columns FROM pragma_table_xinfo(?) WHERE pk > 0")
    .get(table);
  if (keys?.columns === 0) yield `table "${table}" has no primary key: its rows would not be captured`;
  if (/\bautoincrement\b/i.test(sql))
    yield `table "${table}" uses AUTOINCREMENT, whose counter is not replicated`;
  if (/\bon\s+conflict\b/i.test(sql))
    yield `table "${table}" has an ON CONFLICT clause: write it where the row is written`;
  if (/\bdeferrable\b/i.test(sql))
    yield `table "${table}" has a deferrable constraint: it would fail at COMMIT, after the log has the entry`;
  const foreignKeys = database
    .prepare('SELECT "from", on_update, on_delete FROM pragma_foreign_key_list(?)')
    .all(table) as unknown as ForeignKey[];
  for (const { from, on_update, on_delete } of foreignKeys) {
    for (const action of [on_update, on_delete]) {
      if (action === "NO ACTION" || action === "RESTRICT") continue;
      yield `table "${table}": the foreign key "${from}" does ${action}, which a replica would do a second time: write it in the command`;
    }
  }
}
