/**
 * Opens the SQLite engine: takes hold of the folder, settles what a crash left (a torn log, entries that the
 * database has not seen), and puts the parts together.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Clock, systemClock } from "#base/clock.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { LogFiles } from "../log/files.ts";
import { LocalLog } from "../log/local-log.ts";
import type { Store } from "../port.ts";
import { catchUp, Diverged } from "./apply.ts";
import { Connection } from "./connection.ts";
import {
  clearUnfinishedStart,
  currentGeneration,
  type FolderPaths,
  lockFolder,
  pathsOf,
  setCurrentGeneration,
} from "./folder.ts";
import { type SqliteLimits, sqliteLimits } from "./limits.ts";
import { createMeta, type Meta, readMeta, requireKnownFormat } from "./meta.ts";
import type { Report } from "./report.ts";
import { SqliteStore } from "./store.ts";

export interface SqliteStoreOptions {
  /** The store's own folder; made when it is not there. */
  readonly folder: string;
  readonly clock?: Clock;
  /** Hears of repairs and trouble. */
  readonly report?: Report;
  /** Lower limits than the usual ones, for tests. */
  readonly limits?: Partial<SqliteLimits>;
  /** The disk under the log, for tests that fill it up or pull the plug. */
  readonly logFiles?: LogFiles;
}

/** Opens the store in `folder`, or begins one there. Throws `DataFolderRefused` when the folder must not be touched. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const limits = { ...sqliteLimits, ...options.limits };
  const report = options.report ?? (() => undefined);
  const lock = lockFolder(options.folder);
  const opened: { close(): unknown }[] = [];
  try {
    const paths = openFolder(options.folder);
    // Opened before SQLite opens the file and closed after it: closing any handle of a file sets its locks free.
    const databaseFd = fs.openSync(paths.database, "r+");
    opened.push({ close: () => fs.closeSync(databaseFd) });
    const applyConnection = new Connection(paths.database, "apply", limits.statementsMax);
    opened.push(applyConnection);
    requireKnownFormat(applyConnection.database, paths.database);
    const meta = readMeta(applyConnection.database);
    const log = await openLog(paths, meta, limits, report, options.logFiles);
    opened.push(log);
    const replayed = replay(paths, applyConnection, log, limits);
    if (replayed > 0) {
      report({
        level: "info",
        event: "log-replayed",
        message: `${replayed} entries of the log were not in the database yet and were applied.`,
        facts: { replayed, position: log.last.index },
      });
    }
    const connection = new Connection(paths.database, "write", limits.statementsMax);
    opened.push(connection);
    return new SqliteStore({
      paths,
      connection,
      applyConnection,
      databaseFd,
      log,
      limits,
      report,
      clock: options.clock ?? systemClock,
      release: () => lock.release(),
    });
  } catch (error) {
    for (const each of opened.reverse()) await each.close();
    lock.release();
    throw error;
  }
}

function replay(paths: FolderPaths, connection: Connection, log: LocalLog, limits: SqliteLimits): number {
  try {
    return catchUp(connection, log, limits.applyBatchMax);
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    throw new DataFolderRefused(
      `The database in ${paths.generation} does not match its log (${error.message}). Nothing was changed. Keep a copy of the data folder, and restore the latest backup with \`lyceum restore\`.`,
    );
  }
}

function openFolder(folder: string): FolderPaths {
  const generation = currentGeneration(folder);
  if (generation !== null) return pathsOf(folder, generation);
  clearUnfinishedStart(folder);
  const paths = pathsOf(folder, "gen-1");
  fs.mkdirSync(paths.generation, { mode: 0o700 });
  const database = new DatabaseSync(paths.database);
  try {
    createMeta(database, randomUUID().replaceAll("-", ""));
  } finally {
    database.close();
  }
  setCurrentGeneration(folder, "gen-1");
  return paths;
}

async function openLog(
  paths: FolderPaths,
  meta: Meta,
  limits: SqliteLimits,
  report: Report,
  files: LogFiles | undefined,
): Promise<LocalLog> {
  const log = await LocalLog.open({
    folder: paths.log,
    storeId: meta.storeId,
    startAfter: { index: meta.index, term: meta.term },
    segmentBytes: limits.segmentBytes,
    entryBytesMax: limits.entryBytesMax,
    ...(files === undefined ? {} : { files }),
    onTornTail: ({ file, offset, bytes }) =>
      report({
        level: "warn",
        event: "log-torn-tail",
        message: `The last write to the log was cut off (${bytes} bytes at ${offset} of ${file}); nobody had an answer to it, and it was removed.`,
        facts: { file, offset, bytes },
      }),
  });
  if (log.last.index < meta.index || log.firstIndex > meta.index + 1) {
    await log.close();
    throw new DataFolderRefused(
      `The database in ${dirname(paths.database)} has come to entry ${meta.index}, but the log in ${paths.log} holds ${log.firstIndex} to ${log.last.index}: part of the log is missing. Put it back, or restore a backup.`,
    );
  }
  return log;
}
