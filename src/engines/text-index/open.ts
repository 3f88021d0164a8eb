/**
 * The near side of the index: one thread changes the file, another is asked, so that neither holds up the node. They are
 * started when they are first wanted. A question that takes too long is ended with its thread; a file that turns out
 * to be broken, or was deleted, is thrown away, and whoever built it sees that it is not built.
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Clock, systemClock } from "#base/clock.ts";
import { Unavailable } from "../errors.ts";
import type { IndexReader } from "./index-reader.ts";
import type { IndexWriter } from "./index-writer.ts";
import type { TextIndex } from "./port.ts";
import type { ThreadAnswer, ThreadCall, ThreadTask } from "./thread.ts";

export interface TextIndexOptions {
  readonly folder: string;
  readonly clock?: Clock;
  /** How long one question may take before it is ended. */
  readonly questionMsMax?: number;
}

/** Where the index lies in its folder. */
export const indexFileName = "index.db";

type Calls = Readonly<Record<string, (...values: never[]) => unknown>>;
type Far<Side extends Calls> = <Name extends keyof Side & string>(
  name: Name,
  ...values: Parameters<Side[Name]>
) => Promise<ReturnType<Side[Name]>>;

/** Gives the index of a folder; nothing is opened before the first call. */
export function openTextIndex(options: TextIndexOptions): TextIndex {
  const { folder, clock = systemClock, questionMsMax = 3_000 } = options;
  const file = join(folder, indexFileName);
  const waiting = new Set<() => void>();
  let knownPosition = -1;
  let closed = false;

  const writer = createThread<IndexWriter>({ file, does: "writes" });
  const reader = createThread<IndexReader>({ file, does: "reads" });
  const write: Far<IndexWriter> = async (name, ...values) => guarded(() => writer.call(name, values));

  /** A question that is not answered in time ends the thread, which is started again for the next one. */
  const ask: Far<IndexReader> = async (name, ...values) =>
    guarded(async () => {
      if (!existsSync(file)) await writer.call("status", []);
      let cancel = () => {};
      const tooLong = new Promise<never>((_resolve, reject) => {
        cancel = clock.after(questionMsMax, () => {
          reject(
            new Unavailable("This search took too long. Use fewer or rarer words.", { retryAfterMs: 2_000 }),
          );
          void reader.end();
        });
      });
      try {
        return await Promise.race([reader.call(name, values), tooLong]);
      } finally {
        cancel();
      }
    });

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    if (closed) throw new Unavailable("This node is stopping. Try again in a moment.");
    try {
      // The threads would go on with a file that nobody else can open any more.
      if (knownPosition >= 0 && !existsSync(file)) throw new BrokenFile("the file of the index was deleted");
      return await work();
    } catch (error) {
      if (!(error instanceof BrokenFile)) throw error;
      await Promise.all([reader.end(), writer.end()]);
      for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
      reached(-1);
      throw new Unavailable("The search index was damaged and is being built again.", { cause: error });
    }
  }

  function reached(position: number): void {
    knownPosition = position;
    for (const each of waiting) each();
  }

  return {
    get knownPosition() {
      return knownPosition;
    },
    async position(version) {
      const position = await write("position", version);
      if (position < 0) reached(-1);
      else if (position > knownPosition) reached(position);
      return position;
    },
    hasSeen(position) {
      if (knownPosition >= 0 && position > knownPosition) reached(position);
    },
    async startOver(version) {
      reached(-1);
      await write("startOver", version);
    },
    async apply(changes, upTo) {
      await write("apply", changes, upTo);
      if (upTo !== null) reached(upTo);
    },
    reaches: (position, msMax) =>
      new Promise((resolve) => {
        const settle = (outcome: boolean) => {
          waiting.delete(look);
          cancel();
          resolve(outcome);
        };
        const look = () => {
          if (knownPosition >= position) settle(true);
        };
        const cancel = clock.after(msMax, () => settle(false));
        waiting.add(look);
        look();
      }),
    search: (question) => ask("search", question),
    excerpts: (entryIds, words) => ask("excerpts", entryIds, words),
    corrections: (words) => ask("corrections", words),
    nextFile: (now) => write("nextFile", now),
    beginFile: (queued) => write("beginFile", queued),
    copyFile: (queued) => write("copyFile", queued),
    addFileEntries: (queued, entries) => write("addFileEntries", queued, entries),
    settleFile: (queued, outcome) => write("settleFile", queued, outcome),
    status: () => write("status"),
    async close() {
      if (closed) return;
      closed = true;
      await reader.end();
      if (writer.isRunning()) await writer.call("close", []);
      await writer.end();
    },
  };
}

class BrokenFile extends Error {}

/** Calls into a thread that is started when it is wanted. */
function createThread<Side extends Calls>(task: ThreadTask) {
  let thread: Worker | null = null;
  let calls = 0;
  const asked = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();

  const giveUp = (error: unknown) => {
    thread = null;
    for (const { reject } of asked.values()) reject(error);
    asked.clear();
  };
  const start = () => {
    const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: task });
    worker.unref();
    worker.on("message", (answer: ThreadAnswer) => {
      const one = asked.get(answer.id);
      asked.delete(answer.id);
      if (asked.size === 0) worker.unref();
      if ("value" in answer) one?.resolve(answer.value as never);
      else if (answer.error.isBroken) one?.reject(new BrokenFile(answer.error.message));
      else one?.reject(new Error(`the search index failed: ${answer.error.message}`));
    });
    worker.on("error", (error) => {
      if (thread === worker) giveUp(error);
    });
    return worker;
  };
  return {
    isRunning: () => thread !== null,
    call<Name extends keyof Side & string>(name: Name, values: Parameters<Side[Name]>) {
      thread ??= start();
      // Whoever waits for an answer keeps the process alive for it.
      thread.ref();
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<Side[Name]>>();
      const id = ++calls;
      asked.set(id, { resolve, reject });
      thread.postMessage({ id, name, values } satisfies ThreadCall);
      return promise;
    },
    async end() {
      const ending = thread;
      giveUp(new Unavailable("The search was ended. Try again.", { retryAfterMs: 500 }));
      await ending?.terminate();
    },
  };
}
