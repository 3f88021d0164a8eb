/**
 * The store's own tables. `_meta` says up to which entry of the log the database has come, in the same
 * transaction as the data; it differs between replicas and so is written after a batch's changeset is taken.
 * `_migrations` is filled by applying migrations; `_feed` is replicated like any other table.
 */
import type { DatabaseSync } from "node:sqlite";
import { DataFolderRefused } from "../folder-refused.ts";
import type { EntryId } from "../log/port.ts";
import { formatVersion } from "./folder.ts";

const applicationId = 0x4c594345; // "LYCE": what `file` and we recognise the database by

export interface Meta extends EntryId {
  readonly storeId: string;
  /** How many migrations have been applied. */
  readonly schemaVersion: number;
}

/** Makes a new, empty database into a store's. */
export function createMeta(database: DatabaseSync, storeId: string): void {
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${formatVersion};
    BEGIN IMMEDIATE;
    CREATE TABLE _meta (
      id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), store_id TEXT NOT NULL,
      applied INTEGER NOT NULL, term INTEGER NOT NULL) STRICT;
    CREATE TABLE _migrations (
      number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, statements_sha256 TEXT NOT NULL) STRICT;
    CREATE TABLE _feed (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT;
    INSERT INTO _meta VALUES (1, '${storeId}', 0, 1);
    INSERT INTO _feed VALUES (1, 0);
    COMMIT`);
}

/** Refuses a file that is no database of ours or that a newer Lyceum wrote. */
export function requireKnownFormat(database: DatabaseSync, file: string): void {
  const { application_id } = database.prepare("PRAGMA application_id").get() as { application_id: number };
  const { user_version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (application_id !== applicationId) {
    throw new DataFolderRefused(`${file} is no database of Lyceum's store.`);
  }
  if (user_version > formatVersion) {
    throw new DataFolderRefused(
      `${file} was written by a newer Lyceum (format ${user_version}, this one knows ${formatVersion}): start that version.`,
    );
  }
}

export function readMeta(database: DatabaseSync): Meta {
  return database
    .prepare(
      `SELECT applied AS "index", term, store_id AS storeId, (SELECT count(*) FROM _migrations) AS schemaVersion
       FROM _meta`,
    )
    .get() as unknown as Meta;
}
