/**
 * Applies entries of the log to the database: after a crash, and after a commit that failed although its entry
 * was durable. An entry that cannot be applied exactly is never applied in part.
 */
import { constants } from "node:sqlite";
import { AssertionError, assert } from "#base/assert.ts";
import type { CommitLog, LogEntry } from "../log/port.ts";
import { type Connection, isStorageFault } from "./connection.ts";
import { type Meta, readMeta } from "./meta.ts";
import { decodeMigration, runMigration } from "./migration.ts";

/** An entry does not fit the database: this copy of the data has diverged and must be replaced. */
export class Diverged extends AssertionError {}

/** Brings the database up to the end of the log, a few entries per transaction; gives how many were applied. */
export function catchUp(connection: Connection, log: CommitLog, batchMax: number): number {
  const { database } = connection;
  let applied = 0;
  for (;;) {
    const from = readMeta(database);
    if (from.index >= log.last.index) break;
    database.exec("BEGIN IMMEDIATE");
    try {
      let meta = from;
      for (const entry of log.entriesAfter(from.index)) {
        meta = applyEntry(connection, entry, meta);
        if (meta.index - from.index >= batchMax) break;
      }
      assert(meta.index > from.index, `the log holds entry ${from.index + 1}`);
      database.prepare("UPDATE _meta SET applied = ?, term = ?").run(meta.index, meta.term);
      database.exec("COMMIT");
      applied += meta.index - from.index;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }
  connection.forgetStatements();
  return applied;
}

/** Applies one entry in the open transaction and gives what `_meta` has to say then. */
export function applyEntry(connection: Connection, entry: LogEntry, meta: Meta): Meta {
  const { database } = connection;
  if (entry.index !== meta.index + 1 || entry.term < meta.term) {
    throw new Diverged(
      `entry ${entry.index} of term ${entry.term} cannot follow entry ${meta.index} of term ${meta.term}`,
    );
  }
  if (entry.schemaVersion !== meta.schemaVersion) {
    throw new Diverged(
      `entry ${entry.index} was made on schema ${entry.schemaVersion}, the database has ${meta.schemaVersion}`,
    );
  }
  if (entry.kind === "migration") {
    runMigration(database, decodeMigration(entry.payload), meta.schemaVersion + 1);
    return { ...meta, index: entry.index, term: entry.term, schemaVersion: meta.schemaVersion + 1 };
  }
  applyChangeset(connection, entry);
  return { ...meta, index: entry.index, term: entry.term };
}

function applyChangeset(connection: Connection, entry: LogEntry): void {
  const { database } = connection;
  const tables = new Set(
    database
      .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
      .all()
      .map(({ name }) => name),
  );
  // The callbacks only take notes: a throw inside them would hide the error of the next failing statement.
  let unknownTable: string | null = null;
  let conflict: number | null = null;
  let applied: unknown;
  try {
    applied = database.applyChangeset(entry.payload, {
      // A true answer means "apply" (Node's documentation has it the wrong way round; a test holds this).
      filter: (table) => {
        if (!tables.has(table)) unknownTable = table;
        return true;
      },
      onConflict: (kind) => {
        conflict = kind;
        return constants.SQLITE_CHANGESET_ABORT;
      },
    });
  } catch (error) {
    if (isStorageFault(error)) throw error;
    throw new Diverged(`entry ${entry.index} could not be applied: ${String(error)}`);
  }
  if (unknownTable !== null)
    throw new Diverged(`entry ${entry.index} is about the unknown table ${unknownTable}`);
  if (conflict !== null) throw new Diverged(`entry ${entry.index} met a conflict of kind ${conflict}`);
  if (applied !== true) throw new Diverged(`entry ${entry.index} was not applied whole`);
}
