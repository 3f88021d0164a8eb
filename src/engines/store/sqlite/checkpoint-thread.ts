/** The checkpointer's worker as a thread of this process: one question at a time, and a new thread when one has died. */
import { Worker } from "node:worker_threads";
import type { CheckpointAnswer } from "./checkpoint-worker.ts";
import type { CheckpointWorker } from "./checkpointer.ts";
import { fromSent } from "./connection.ts";

export function startCheckpointThread(databaseFile: string, databaseFd: number): CheckpointWorker {
  let thread: Worker | null = null;
  let asked: { resolve: (durable: number | null) => void; reject: (error: unknown) => void } | null = null;

  const start = () => {
    const worker = new Worker(new URL("./checkpoint-worker.ts", import.meta.url), {
      workerData: { databaseFile, databaseFd },
    });
    worker.unref();
    worker.on("message", ({ durable, error }: CheckpointAnswer) => {
      if (error === null) asked?.resolve(durable);
      else asked?.reject(fromSent(error));
    });
    worker.on("error", (error) => {
      thread = null;
      asked?.reject(error);
    });
    return worker;
  };

  return {
    checkpoint() {
      thread ??= start();
      const { promise, resolve, reject } = Promise.withResolvers<number | null>();
      asked = { resolve, reject };
      thread.postMessage("checkpoint");
      return promise;
    },
    async close() {
      await thread?.terminate();
    },
  };
}
