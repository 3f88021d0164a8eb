/** Looks a store over without changing it, beside a running server too: for `lyceum doctor`. */
import { DataFolderRefused } from "../folder-refused.ts";
import { diskFiles } from "../log/files.ts";
import { scanLog } from "../log/scan.ts";
import { Connection } from "./connection.ts";
import { currentGeneration, type FolderPaths, pathsOf } from "./folder.ts";
import { schemaFindings } from "./lint.ts";
import { readMeta, requireKnownFormat } from "./meta.ts";

export interface StoreFinding {
  readonly level: "ok" | "warn" | "error";
  /** A sentence, with what to do where something is wrong. */
  readonly message: string;
}

/** Checks the database, the log, and that the two belong together. */
export function verifyDataFolder(folder: string): StoreFinding[] {
  try {
    const generation = currentGeneration(folder);
    if (generation === null) return [{ level: "error", message: `${folder} holds no store.` }];
    return [...checkStore(pathsOf(folder, generation))];
  } catch (error) {
    if (error instanceof DataFolderRefused) return [{ level: "error", message: error.message }];
    return [{ level: "error", message: `${folder} could not be read: ${(error as Error).message}.` }];
  }
}

function* checkStore(paths: FolderPaths): Generator<StoreFinding> {
  const connection = new Connection(paths.database, "read", 8);
  const { database } = connection;
  try {
    requireKnownFormat(database, paths.database);
    const problems = database.prepare("PRAGMA integrity_check(20)").all() as { integrity_check: string }[];
    const sound = problems.length === 1 && problems[0]?.integrity_check === "ok";
    if (sound) yield { level: "ok", message: "The database is sound." };
    for (const problem of sound ? [] : problems) {
      yield {
        level: "error",
        message: `The database is damaged (restore a backup): ${problem.integrity_check}`,
      };
    }
    const orphans = database.prepare("PRAGMA foreign_key_check").all() as { table: string; parent: string }[];
    for (const { table, parent } of orphans.slice(0, 20)) {
      yield { level: "error", message: `A row of ${table} refers to a row of ${parent} that is not there.` };
    }
    for (const finding of schemaFindings(database)) yield { level: "error", message: finding };
    // Read before the log is: a server that runs meanwhile only ever lets the log be ahead.
    const meta = readMeta(database);
    const { segments } = scanLog(diskFiles, paths.log);
    const first = segments[0];
    const newest = segments.at(-1);
    if (first === undefined || newest === undefined) {
      yield { level: "error", message: `There is no log in ${paths.log}: put it back, or restore a backup.` };
      return;
    }
    if (newest.storeId !== meta.storeId) {
      yield {
        level: "error",
        message: "The log belongs to another store than the database: restore a backup.",
      };
    }
    if (newest.last.index < meta.index || first.firstIndex > meta.index + 1) {
      yield {
        level: "error",
        message: `The database has come to entry ${meta.index}, the log holds ${first.firstIndex} to ${newest.last.index}: restore a backup.`,
      };
    } else {
      yield {
        level: "ok",
        message: `The log is sound; it ends at entry ${newest.last.index}, the database at ${meta.index} (schema ${meta.schemaVersion}).`,
      };
    }
    if (newest.tornBytes > 0) {
      yield { level: "warn", message: "The last write to the log is unfinished; the next start removes it." };
    }
  } finally {
    connection.close();
  }
}
