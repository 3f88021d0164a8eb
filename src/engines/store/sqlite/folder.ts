/**
 * The layout of the store's folder:
 *   CURRENT     "lyceum-store 2" and the name of the generation in force
 *   lock.db     held as long as a process has the store open; the system frees it when the process dies
 *   gen-N/      one generation of the database: a snapshot that is installed becomes the next generation, so that
 *               a write-ahead log that was left behind can never meet another database
 *   log/        the log and, beside it, term and vote
 *   snapshots/  the newest snapshot that was taken for another member
 *   incoming/   a snapshot on its way to this one
 * Format 1, of a store without Raft, had no term, no vote and no membership; it is brought up to 2 when it is opened.
 */
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DataFolderRefused } from "../folder-refused.ts";
import { diskFiles, type LogFiles } from "../log/files.ts";

/** The layout and the tables of our own that this Lyceum writes. */
export const formatVersion = 2;

export interface FolderPaths {
  readonly folder: string;
  readonly generation: string;
  readonly database: string;
  readonly log: string;
}

export function pathsOf(folder: string, generation: string): FolderPaths {
  return {
    folder,
    generation: join(folder, generation),
    database: join(folder, generation, "state.db"),
    log: join(folder, "log"),
  };
}

/** The generation in force, or null when the folder holds no store yet; refuses what a newer Lyceum made. */
export function currentGeneration(folder: string): string | null {
  return readCurrent(folder)?.generation ?? null;
}

/** The generation in force of a folder that is locked: it bears this Lyceum's format from now on. */
export function takeCurrentGeneration(folder: string): string | null {
  const current = readCurrent(folder);
  if (current !== null && current.format < formatVersion) setCurrentGeneration(folder, current.generation);
  return current?.generation ?? null;
}

function readCurrent(folder: string): { readonly format: number; readonly generation: string } | null {
  const file = join(folder, "CURRENT");
  if (!fs.existsSync(file)) return null;
  const text = fs.readFileSync(file, "utf8");
  const [, format, generation] = /^lyceum-store (\d+)\n(gen-\d+)\n$/.exec(text) ?? [];
  const newer = /^lyceum-store (\d+)\n/.exec(text)?.[1];
  if (newer !== undefined && Number(newer) > formatVersion) {
    throw new DataFolderRefused(
      `The data folder ${folder} was written by a newer Lyceum (format ${newer}, this one knows ${formatVersion}): start that version, or restore a backup made by this one.`,
    );
  }
  if (format === undefined || generation === undefined) {
    throw new DataFolderRefused(
      `${file} is damaged. It should read "lyceum-store ${formatVersion}" and, on a second line, the name of the newest gen-… folder beside it.`,
    );
  }
  if (!fs.existsSync(pathsOf(folder, generation).database)) {
    throw new DataFolderRefused(
      `${file} names ${generation}, but there is no database in it: part of the data folder is missing. Put it back, or restore a backup.`,
    );
  }
  return { format: Number(format), generation };
}

/** Makes `generation` the one in force: after this returns, a crash leaves either the old or the new one. */
export function setCurrentGeneration(folder: string, generation: string, files: LogFiles = diskFiles): void {
  const draft = join(folder, "CURRENT.tmp");
  files.remove(draft);
  const file = files.create(draft);
  try {
    file.write(Buffer.from(`lyceum-store ${formatVersion}\n${generation}\n`), 0);
    file.syncInPlace();
  } finally {
    file.close();
  }
  files.rename(draft, join(folder, "CURRENT"));
  files.syncFolder(folder);
}

/** Removes what a first start left behind that died before the folder became a store, and nothing else. */
export function clearUnfinishedStart(folder: string): void {
  const strangers = fs
    .readdirSync(folder)
    .filter((name) => !/^(lock\.db(-journal)?|holder|CURRENT\.tmp|gen-1|log)$/.test(name));
  if (strangers.length > 0 || fs.existsSync(join(folder, "gen-2"))) {
    throw new DataFolderRefused(
      `${folder} holds ${strangers.join(", ")} but no CURRENT file, so it is no folder of Lyceum's store: name an empty folder.`,
    );
  }
  fs.rmSync(join(folder, "gen-1"), { recursive: true, force: true });
  fs.rmSync(join(folder, "log"), { recursive: true, force: true });
}

/** Makes the folder this process's own until `release`; refuses when another process has it. */
export function lockFolder(folder: string): { release(): void } {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(folder, "lock.db"), { timeout: 0 });
  try {
    // An exclusive lock of SQLite is a lock of the system: it goes with the process, whatever ends that.
    lock.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { errcode?: unknown }).errcode !== 5 /* BUSY */) throw error;
    throw new DataFolderRefused(
      `The data folder ${folder} is in use by another Lyceum process${holderOf(folder)}: stop that one first, or name another folder.`,
    );
  }
  fs.writeFileSync(join(folder, "holder"), String(process.pid));
  return {
    release: () => lock.close(),
  };
}

function holderOf(folder: string): string {
  const file = join(folder, "holder");
  return fs.existsSync(file) ? ` (process ${fs.readFileSync(file, "utf8").trim()})` : "";
}
