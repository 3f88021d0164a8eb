/** The thread that works on whole database files, so that nothing waits for it: one task, one answer, and it ends. */
import { parentPort, workerData } from "node:worker_threads";
import { present } from "#base/assert.ts";
import { type SentError, toSent } from "./connection.ts";
import { copySnapshot, type Examined, examineSnapshot, type SnapshotFacts } from "./snapshot-tasks.ts";

export type SnapshotTask =
  | { readonly kind: "copy"; readonly from: string; readonly to: string }
  | { readonly kind: "examine"; readonly file: string };

export type SnapshotAnswer = { readonly error: SentError } | { readonly result: SnapshotFacts | Examined };

const port = present(parentPort, "this file runs as a worker");
const task = workerData as SnapshotTask;

let answer: SnapshotAnswer;
try {
  answer = { result: task.kind === "copy" ? copySnapshot(task.from, task.to) : examineSnapshot(task.file) };
} catch (error) {
  answer = { error: toSent(error) };
}
port.postMessage(answer);
