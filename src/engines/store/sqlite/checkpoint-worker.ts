/** The thread that checkpoints: answers each message with how far the database file is durable now. */
import fs from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { present } from "#base/assert.ts";
import { Connection, type SentError, toSent } from "./connection.ts";
import { readMeta } from "./meta.ts";

export interface CheckpointAnswer {
  /** The position up to which everything is in the database file and synced; null when it did not get that far. */
  readonly durable: number | null;
  readonly error: SentError | null;
}

const { databaseFile, databaseFd } = workerData as { databaseFile: string; databaseFd: number };
const connection = new Connection(databaseFile, "maintain", 8);
const port = present(parentPort, "this file runs as a worker");

port.on("message", () => port.postMessage(checkpoint()));

function checkpoint(): CheckpointAnswer {
  try {
    // Read before: what is committed now is the least that the checkpoint will cover.
    const { index } = readMeta(connection.database);
    const wal = connection.database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get() as {
      busy: number;
      log: number;
      checkpointed: number;
    };
    if (wal.busy !== 0 || wal.log !== wal.checkpointed) return { durable: null, error: null };
    // SQLite skips this sync when somebody committed meanwhile; the log may not be trimmed without it.
    fs.fdatasyncSync(databaseFd);
    return { durable: index, error: null };
  } catch (error) {
    return { durable: null, error: toSent(error) };
  }
}
