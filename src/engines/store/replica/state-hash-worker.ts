/**
 * The thread that hashes a state: tells which entry it holds, then reads with pauses, so that the disk and the other
 * threads hardly notice. A message from outside ends it early.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { present } from "#base/assert.ts";
import { type SentError, toSent } from "../sqlite/connection.ts";
import { holdState } from "./state-hash.ts";

export type HashMessage =
  | { readonly index: number }
  | { readonly hash: string }
  | { readonly error: SentError };

/** Works so long at a time, and then rests as long. */
const workMs = 10;

const port = present(parentPort, "this file runs as a worker");
const { databaseFile } = workerData as { databaseFile: string };
const say = (message: HashMessage) => port.postMessage(message);
let released = false;
port.once("message", () => {
  released = true;
});

try {
  const { index, steps } = holdState(databaseFile);
  try {
    say({ index });
    let restAt = performance.now() + workMs;
    for (let next = steps.next(); !released; next = steps.next()) {
      if (next.done === true) {
        say({ hash: next.value });
        break;
      }
      if (performance.now() < restAt) continue;
      await pause(workMs);
      restAt = performance.now() + workMs;
    }
  } finally {
    steps.return("");
  }
} catch (error) {
  say({ error: toSent(error) });
}
port.close();
