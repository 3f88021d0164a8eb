/** Looks a store over without changing it, beside a running server too: for `lyceum doctor`. */
import { DataFolderRefused } from "../folder-refused.ts";
import { diskFiles } from "../log/files.ts";
import { examineFolder } from "../log/open-folder.ts";
import { Connection } from "./connection.ts";
import { currentGeneration, type FolderPaths, pathsOf } from "./folder.ts";
import { schemaFindings } from "./lint.ts";
import { type Meta, readMeta, requireKnownFormat } from "./meta.ts";
import { installedSnapshot } from "./snapshot-install.ts";

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
    try {
      yield* checkLog(paths, meta);
    } catch (error) {
      if (!(error instanceof DataFolderRefused)) throw error;
      yield { level: "error", message: error.message };
    }
  } finally {
    connection.close();
  }
}

function* checkLog(paths: FolderPaths, meta: Meta): Generator<StoreFinding> {
  const { beginAfter, terms, hard, segments } = examineUndisturbed(paths, meta);
  if (beginAfter !== null) {
    yield {
      level: "warn",
      message: `A snapshot was put into force at entry ${beginAfter.index}; the next start lets the log begin there.`,
    };
    return;
  }
  const term = hard?.state.term ?? terms.last.term;
  yield {
    level: "ok",
    message: `The log is sound; it ends at entry ${terms.last.index} in term ${term}, the database at ${meta.index} (schema ${meta.schemaVersion}).`,
  };
  if ((segments.at(-1)?.tornBytes ?? 0) > 0) {
    yield { level: "warn", message: "The last write to the log is unfinished; the next start removes it." };
  }
}

const triesMax = 5;

/** Looks again when a server that runs beside us removed a file of the log meanwhile. */
function examineUndisturbed(paths: FolderPaths, meta: Meta) {
  const options = {
    files: diskFiles,
    folder: paths.log,
    storeId: meta.storeId,
    startAfter: { index: meta.index, term: meta.term },
    installed: installedSnapshot(paths),
    mayBegin: meta.index === 0,
  };
  for (let tries = 1; ; tries++) {
    try {
      return examineFolder(options);
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ENOENT" || tries === triesMax) throw error;
    }
  }
}
