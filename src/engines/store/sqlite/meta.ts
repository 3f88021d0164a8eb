/**
 * The store's own tables. `_meta` says up to which entry of the log the database has come, in the same
 * transaction as the data; it differs between replicas and so is written after a batch's changeset is taken.
 * `_migrations` is filled by applying migrations; `_feed` is replicated like any other table.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Configuration } from "#raft/configuration.ts";
import { decodeConfiguration, encodeConfiguration } from "#raft/configuration-codec.ts";
import type { EntryId } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { PlacedConfiguration } from "../replica/configurations.ts";
import { formatVersion } from "./folder.ts";

const applicationId = 0x4c594345; // "LYCE": what `file` and we recognise the database by

export interface Meta extends EntryId {
  readonly storeId: string;
  /** How many migrations have been applied. */
  readonly schemaVersion: number;
}

/** Makes a new, empty database into a store's; `configuration` is the membership that its group begins with. */
export function createMeta(
  database: DatabaseSync,
  storeId: string,
  configuration: Configuration | null = null,
): void {
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${formatVersion};
    BEGIN IMMEDIATE;
    CREATE TABLE _meta (
      id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), store_id TEXT NOT NULL,
      applied INTEGER NOT NULL, term INTEGER NOT NULL,
      configuration_index INTEGER NOT NULL DEFAULT 0, configuration TEXT) STRICT;
    CREATE TABLE _migrations (
      number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, statements_sha256 TEXT NOT NULL) STRICT;
    CREATE TABLE _feed (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL) STRICT;
    INSERT INTO _meta (id, store_id, applied, term) VALUES (1, '${storeId}', 0, 0);
    INSERT INTO _feed VALUES (1, 0);
    COMMIT`);
  if (configuration !== null) writeConfiguration(database, { index: 0, configuration });
}

/** Brings a database of format 1, made before there were groups, to this one: columns for a membership. */
export function addConfigurationColumns(database: DatabaseSync): void {
  const columns = hasConfigurationColumns(database)
    ? ""
    : `ALTER TABLE _meta ADD COLUMN configuration_index INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE _meta ADD COLUMN configuration TEXT;`;
  if (columns === "" && formatOf(database) === formatVersion) return;
  database.exec(`BEGIN IMMEDIATE; ${columns} PRAGMA user_version = ${formatVersion}; COMMIT`);
}

function hasConfigurationColumns(database: DatabaseSync): boolean {
  const columns = database.prepare("SELECT name FROM pragma_table_info('_meta')").all();
  return columns.some(({ name }) => name === "configuration");
}

function formatOf(database: DatabaseSync): number {
  return (database.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
}

/** The newest membership that the database holds; null before there was any. */
export function readConfiguration(database: DatabaseSync): PlacedConfiguration | null {
  if (!hasConfigurationColumns(database)) return null;
  const row = database.prepare('SELECT configuration_index AS "index", configuration FROM _meta').get();
  const { index, configuration } = row as { index: number; configuration: string | null };
  if (configuration === null) return null;
  return { index, configuration: decodeConfiguration(Buffer.from(configuration)) };
}

/** Belongs into the transaction that takes `applied` to the entry or beyond. */
export function writeConfiguration(
  database: DatabaseSync,
  { index, configuration }: PlacedConfiguration,
): void {
  database
    .prepare("UPDATE _meta SET configuration_index = ?, configuration = ?")
    .run(index, Buffer.from(encodeConfiguration(configuration)).toString());
}

/** Refuses a file that is no database of ours or that a newer Lyceum wrote. */
export function requireKnownFormat(database: DatabaseSync, file: string): void {
  const { application_id } = database.prepare("PRAGMA application_id").get() as { application_id: number };
  const format = formatOf(database);
  if (application_id !== applicationId) {
    throw new DataFolderRefused(`${file} is no database of Lyceum's store.`);
  }
  if (format > formatVersion) {
    throw new DataFolderRefused(
      `${file} was written by a newer Lyceum (format ${format}, this one knows ${formatVersion}): start that version.`,
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
