/** Lets a thread of this process hash a state. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Unavailable } from "../../errors.ts";
import { fromSent } from "../sqlite/connection.ts";
import type { StateHasher } from "./state-hash.ts";
import type { HashMessage } from "./state-hash-worker.ts";

export const stateHashThread: StateHasher = {
  async hold(databaseFile) {
    const worker = new Worker(new URL("./state-hash-worker.ts", import.meta.url), {
      workerData: { databaseFile },
    });
    worker.unref();
    const held = Promise.withResolvers<number>();
    const hash = Promise.withResolvers<string>();
    const fail = (error: unknown) => {
      held.reject(error);
      hash.reject(error);
    };
    // Whoever does not wait for the hash need not hear that it failed.
    hash.promise.catch(() => undefined);
    worker.on("message", (message: HashMessage) => {
      if ("index" in message) held.resolve(message.index);
      else if ("hash" in message) hash.resolve(message.hash);
      else fail(fromSent(message.error));
    });
    worker.on("error", fail);
    const ended = once(worker, "exit").then(() => fail(new Unavailable("the state was let go of")));
    return {
      index: await held.promise,
      hash: hash.promise,
      async release() {
        worker.postMessage("release");
        await ended;
      },
    };
  },
};
