/** Puts a snapshot into an empty folder, as the first generation of a store. */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { DataFolderRefused } from "../folder-refused.ts";
import { DurableLog } from "../log/durable-log.ts";
import { diskFiles } from "../log/files.ts";
import {
  clearUnfinishedStart,
  currentGeneration,
  type FolderPaths,
  lockFolder,
  pathsOf,
  setCurrentGeneration,
} from "./folder.ts";
import { type SqliteLimits, sqliteLimits } from "./limits.ts";
import { addConfigurationColumns, readMeta } from "./meta.ts";
import { examineSnapshot } from "./snapshot-tasks.ts";

/**
 * A restored store goes on counting this much further. Clients may still hold positions that were given out
 * after the snapshot was taken; they must not wait for those to come again.
 */
export const restoredPositionGap = 1_000_000_000;

export interface RestoreOptions {
  readonly folder: string;
  readonly snapshotFile: string;
  readonly limits?: Partial<SqliteLimits>;
}

export interface Restored {
  /** The position of what was restored, by the count of the store that it was taken from. */
  readonly position: number;
  readonly schemaVersion: number;
}

/**
 * Installs the copy that `snapshotTo` wrote at `snapshotFile` into `folder`, which must hold no store. Gives the
 * position of the snapshot. A crash on the way leaves a folder that a second try accepts.
 */
export function installSnapshot(options: RestoreOptions): Promise<Restored> {
  return installAndBring(options, () => undefined);
}

/** The same; `bring` may take the database further before it becomes a store of its own. */
export async function installAndBring(
  { folder, snapshotFile, limits }: RestoreOptions,
  bring: (databaseFile: string, limits: SqliteLimits) => void,
): Promise<Restored> {
  const allLimits = { ...sqliteLimits, ...limits };
  const lock = lockFolder(folder);
  try {
    if (currentGeneration(folder) !== null) {
      throw new DataFolderRefused(
        `${folder} holds a store already: restore into an empty folder, then swap the two.`,
      );
    }
    clearUnfinishedStart(folder);
    const paths = pathsOf(folder, "gen-1");
    fs.mkdirSync(paths.generation, { mode: 0o700 });
    fs.copyFileSync(snapshotFile, paths.database);
    requireSound(paths.database, snapshotFile);
    bring(paths.database, allLimits);
    const restored = await becomeStore(paths, allLimits);
    setCurrentGeneration(folder, "gen-1");
    return restored;
  } finally {
    lock.release();
  }
}

/** Gives the database an identity, a count and a log of its own. */
async function becomeStore(paths: FolderPaths, limits: SqliteLimits): Promise<Restored> {
  const database = new DatabaseSync(paths.database);
  try {
    const snapshot = readMeta(database);
    const storeId = randomUUID().replaceAll("-", "");
    const start = { index: snapshot.index + restoredPositionGap, term: Math.max(snapshot.term, 1) };
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    addConfigurationColumns(database);
    // A group of its own, of one: whoever belonged to the old one has another store from now on.
    database
      .prepare(
        "UPDATE _meta SET applied = ?, term = ?, store_id = ?, configuration = NULL, configuration_index = 0",
      )
      .run(start.index, start.term, storeId);
    const log = await DurableLog.begin({
      folder: paths.log,
      storeId,
      startAfter: start,
      segmentBytes: limits.segmentBytes,
      entryBytesMax: limits.entryBytesMax,
    });
    await log.close();
    database.close();
    syncFile(paths.database);
    diskFiles.syncFolder(paths.generation);
    return { position: snapshot.index, schemaVersion: snapshot.schemaVersion };
  } finally {
    if (database.isOpen) database.close();
  }
}

function requireSound(copy: string, file: string): void {
  const examined = examineSnapshot(copy);
  if ("problem" in examined) throw new DataFolderRefused(examined.problem.replaceAll(copy, file));
}

function syncFile(file: string): void {
  const fd = fs.openSync(file, "r+");
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
