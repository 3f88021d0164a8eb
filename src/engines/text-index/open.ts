/**
 * The near side of the index: one thread changes the file, another is asked, so that neither holds up the node. They are
 * started when they are first wanted. A question that takes too long is ended with its thread; a file that turns out
 * to be broken, or was deleted, is thrown away, and whoever built it sees that it is not built. A full disk and the
 * like leave it as it is: what can be asked is answered, the rest is for later.
 */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Clock, systemClock } from "#base/clock.ts";
import { Unavailable } from "../errors.ts";
import { indexFileName, isIndexFileWhole, removeIndexFile } from "./index-file.ts";
import type { IndexReader } from "./index-reader.ts";
import type { IndexWriter } from "./index-writer.ts";
import type { TextIndex } from "./port.ts";
import type { FarError, ThreadAnswer, ThreadCall, ThreadTask } from "./thread.ts";

export interface TextIndexOptions {
  readonly folder: string;
  readonly clock?: Clock;
  /** How long one question may take before it is ended. */
  readonly questionMsMax?: number;
}

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
  let throwingAway: Promise<void> | null = null;
  let closed = false;

  const writer = createThread<IndexWriter>({ file, does: "writes" });
  const reader = createThread<IndexReader>({ file, does: "reads" });
  const write: Far<IndexWriter> = async (name, ...values) => guarded(() => writer.call(name, values));

  /** A question that is not answered in time ends the thread, which is started again for the next one. */
  const ask: Far<IndexReader> = async (name, ...values) =>
    guarded(async () => {
      // Only the writer makes the file, or throws one away that is no index.
      if (!reader.isRunning()) await writer.call("status", []);
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
    // A thread that began now would open the file that is about to go.
    if (throwingAway !== null) throw beingBuiltAgain();
    try {
      // The threads would go on with a file that nobody else can open any more.
      if (writer.hasAnswered() && !isIndexFileWhole(file))
        throw new BrokenFile("the file of the index was deleted");
      return await work();
    } catch (error) {
      if (!(error instanceof BrokenFile)) throw error;
      throwingAway ??= throwAway().finally(() => {
        throwingAway = null;
      });
      await throwingAway;
      throw beingBuiltAgain(error);
    }
  }

  async function throwAway(): Promise<void> {
    await Promise.all([reader.end(), writer.end()]);
    reached(-1);
    removeIndexFile(file);
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
      await throwingAway;
      await reader.end();
      try {
        if (writer.isRunning()) await writer.call("close", []);
      } catch (error) {
        // Nothing is lost with it, so it holds up nobody's stop; the next start begins without what is broken.
        if (error instanceof BrokenFile) await throwAway();
        else if (!(error instanceof Unavailable)) throw error;
      } finally {
        await writer.end();
      }
    },
  };
}

class BrokenFile extends Error {}

function beingBuiltAgain(cause?: BrokenFile): Unavailable {
  return new Unavailable("The search index was damaged and is being built again.", { cause });
}

function failed({ message, failure }: FarError): Error {
  if (failure === "broken") return new BrokenFile(message);
  const cause = new Error(`the search index failed: ${message}`);
  if (failure === null) return cause;
  return new Unavailable("The search index cannot be used at present. Try again in a moment.", {
    ...{ retryAfterMs: 5_000, cause },
  });
}

/** Calls into a thread that is started when it is wanted. */
function createThread<Side extends Calls>(task: ThreadTask) {
  let thread: Worker | null = null;
  let hasAnswered = false;
  let calls = 0;
  const asked = new Map<number, { resolve: (value: never) => void; reject: (error: unknown) => void }>();

  const giveUp = (error: unknown) => {
    thread = null;
    hasAnswered = false;
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
      if ("error" in answer) one?.reject(failed(answer.error));
      else {
        if (thread === worker) hasAnswered = true;
        one?.resolve(answer.value as never);
      }
    });
    worker.on("error", (error) => {
      if (thread === worker) giveUp(error);
    });
    return worker;
  };
  return {
    isRunning: () => thread !== null,
    /** Whether the thread that runs has done what it was asked at least once, so that it has opened its file. */
    hasAnswered: () => hasAnswered,
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
