/**
 * Puts a checked snapshot into force as the next generation of the database. Until CURRENT names it, nothing has changed
 * for a start; from then on a start finds the new state, and brings the log behind it there (`installedSnapshot`).
 */
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { EntryId } from "#raft/entry.ts";
import { diskFiles, type LogFiles } from "../log/files.ts";
import { readRecord, writeRecord } from "../replica/snapshot-record.ts";
import { currentGeneration, type FolderPaths, pathsOf, setCurrentGeneration } from "./folder.ts";

const markerName = "installed.json";
const Marker = z.object({ index: z.number().int().positive(), term: z.number().int().positive() });

/**
 * Moves `file`, a checked copy of the database at entry `id`, to where the next generation lies, and makes that the one
 * in force. Nothing of the old generation is touched; `removeStaleGenerations` takes it away once it is closed.
 */
export async function installGeneration(
  options: { readonly folder: string; readonly file: string; readonly id: EntryId },
  files: LogFiles = diskFiles,
): Promise<FolderPaths> {
  const { folder, file, id } = options;
  const current = currentGeneration(folder);
  const number = current === null ? 1 : Number(current.slice("gen-".length)) + 1;
  const generation = `gen-${number}`;
  const paths = pathsOf(folder, generation);
  // A try that was cut off may have left one.
  fs.rmSync(paths.generation, { recursive: true, force: true });
  files.makeFolder(paths.generation);
  await writeRecord(files, paths.generation, markerName, { index: id.index, term: id.term });
  files.rename(file, paths.database);
  const database = new DatabaseSync(paths.database);
  try {
    database.exec("PRAGMA journal_mode = WAL");
  } finally {
    database.close();
  }
  const handle = files.open(paths.database);
  try {
    await handle.sync();
  } finally {
    handle.close();
  }
  files.syncFolder(paths.generation);
  setCurrentGeneration(folder, generation, files);
  return paths;
}

/** The snapshot that a generation was made from; null for the one that the store began with. */
export function installedSnapshot(paths: FolderPaths): EntryId | null {
  return readRecord(diskFiles, paths.generation, markerName, Marker);
}

/** Removes every generation but the one in force. */
export function removeStaleGenerations(folder: string): void {
  const current = currentGeneration(folder);
  for (const name of fs.readdirSync(folder)) {
    if (/^gen-\d+$/.test(name) && name !== current)
      fs.rmSync(join(folder, name), { recursive: true, force: true });
  }
}
