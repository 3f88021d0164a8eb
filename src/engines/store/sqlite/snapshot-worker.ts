/** The thread that copies the database: one VACUUM INTO, which reads one snapshot and holds up nobody. */
import { parentPort, workerData } from "node:worker_threads";
import { present } from "#base/assert.ts";
import { Connection, type SentError, toSent } from "./connection.ts";

const { from, to } = workerData as { from: string; to: string };
const port = present(parentPort, "this file runs as a worker");

let failure: SentError | null = null;
try {
  const connection = new Connection(from, "read", 8);
  try {
    connection.database.prepare("VACUUM INTO ?").run(to);
  } finally {
    connection.close();
  }
} catch (error) {
  failure = toSent(error);
}
port.postMessage(failure);
