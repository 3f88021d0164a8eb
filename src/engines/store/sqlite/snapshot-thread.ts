/** Lets a thread of this process copy and look over whole database files. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { fromSent } from "./connection.ts";
import type { Examined, SnapshotFacts, SnapshotWorker } from "./snapshot-tasks.ts";
import type { SnapshotAnswer, SnapshotTask } from "./snapshot-worker.ts";

export const snapshotThread: SnapshotWorker = {
  // The thread answers each kind of task with that kind's result.
  copy: (from, to) => ask({ kind: "copy", from, to }) as Promise<SnapshotFacts>,
  examine: (file) => ask({ kind: "examine", file }) as Promise<Examined>,
};

async function ask(task: SnapshotTask): Promise<SnapshotFacts | Examined> {
  const worker = new Worker(new URL("./snapshot-worker.ts", import.meta.url), { workerData: task });
  try {
    const [answer] = (await once(worker, "message")) as [SnapshotAnswer];
    if ("error" in answer) throw fromSent(answer.error);
    return answer.result;
  } finally {
    await worker.terminate();
  }
}
