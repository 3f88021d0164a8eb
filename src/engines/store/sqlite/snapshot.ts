/** Writes a consistent copy of the database to a file that somebody named, for backups. */
import fs from "node:fs";
import { dirname, join } from "node:path";
import { Unavailable } from "../../errors.ts";
import { diskFiles } from "../log/files.ts";
import { isStorageFault } from "./connection.ts";
import type { SnapshotWorker } from "./snapshot-tasks.ts";
import { snapshotThread } from "./snapshot-thread.ts";

/** Copies the database at `databaseFile` to `file`, which must not exist; durable when this resolves. */
export async function takeSnapshot(
  databaseFile: string,
  file: string,
  worker: SnapshotWorker = snapshotThread,
): Promise<{ readonly position: number; readonly bytes: number }> {
  if (fs.existsSync(file)) throw new Error(`${file} exists already; a snapshot never overwrites a file`);
  const draft = `${file}.part`;
  fs.rmSync(draft, { force: true });
  try {
    const { index, bytes } = await worker.copy(databaseFile, draft);
    fs.renameSync(draft, file);
    diskFiles.syncFolder(dirname(join(file)));
    return { position: index, bytes };
  } catch (error) {
    fs.rmSync(draft, { force: true });
    if (!isStorageFault(error)) throw error;
    throw new Unavailable(`the snapshot ${file} could not be written: ${error.message}`, { cause: error });
  }
}
