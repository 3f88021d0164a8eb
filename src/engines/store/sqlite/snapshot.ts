/** Writes a consistent copy of the database while commands go on, in a thread of its own. */
import { once } from "node:events";
import fs from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { Unavailable } from "../../errors.ts";
import { diskFiles } from "../log/files.ts";
import { fromSent, isStorageFault, type SentError } from "./connection.ts";
import { readMeta } from "./meta.ts";

/** Copies the database at `databaseFile` to `file`, which must not exist; durable when this resolves. */
export async function takeSnapshot(
  databaseFile: string,
  file: string,
): Promise<{ readonly position: number; readonly bytes: number }> {
  if (fs.existsSync(file)) throw new Error(`${file} exists already; a snapshot never overwrites a file`);
  const draft = `${file}.part`;
  fs.rmSync(draft, { force: true });
  try {
    await copyInWorker(databaseFile, draft);
    const { position, bytes } = settle(draft);
    fs.renameSync(draft, file);
    diskFiles.syncFolder(dirname(join(file)));
    return { position, bytes };
  } catch (error) {
    fs.rmSync(draft, { force: true });
    if (!isStorageFault(error)) throw error;
    throw new Unavailable(`the snapshot ${file} could not be written: ${error.message}`, { cause: error });
  }
}

async function copyInWorker(from: string, to: string): Promise<void> {
  const worker = new Worker(new URL("./snapshot-worker.ts", import.meta.url), { workerData: { from, to } });
  const [error] = (await once(worker, "message")) as [SentError | null];
  await worker.terminate();
  if (error !== null) throw fromSent(error);
}

/** Makes the copy durable and reads from it which position it is of. */
function settle(file: string): { position: number; bytes: number } {
  const fd = fs.openSync(file, "r+");
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    return { position: readMeta(copy).index, bytes: fs.statSync(file).size };
  } finally {
    copy.close();
  }
}
