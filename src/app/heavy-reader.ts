/**
 * Heavy reads, seen from the node: a few processes that answer one read at a time, so that a query which takes long
 * holds up nobody else and can be ended, which `node:sqlite` offers no other way for. They are started when they are
 * wanted, end when they have been idle, and never outlive the node.
 */
import { type ChildProcess, fork } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { type Clock, systemClock } from "#base/clock.ts";
import type { CallAnswer } from "#kernel/call.ts";
import { type Failure, refusalOf, Unavailable } from "#kernel/errors.ts";
import type { Log } from "#kernel/kernel.ts";
import type { HeavyReader, PlannedRead } from "#kernel/read.ts";
import type { FromReader, ReadSource, ToReader } from "./reader.ts";

export interface HeavyReaderLimits {
  /** How many reads run at once; each has a process. */
  readonly processesMax: number;
  /** How many may wait for a process. */
  readonly waitingMax: number;
  readonly waitMsMax: number;
  /** From when a process has been given the read, its start included where it is fresh. */
  readonly readMsMax: number;
  readonly idleMsMax: number;
  /** Memory that the JavaScript objects of one process may take. */
  readonly heapMebibytesMax: number;
}

export const heavyReaderLimits: HeavyReaderLimits = {
  processesMax: 2,
  waitingMax: 100,
  waitMsMax: 10_000,
  readMsMax: 30_000,
  idleMsMax: 60_000,
  heapMebibytesMax: 512,
};

export interface HeavyReaderOptions {
  readonly source:
    | { readonly engine: "sqlite"; readonly folder: string }
    | { engine: "postgres"; url: string };
  readonly log: Log;
  readonly clock?: Clock;
  readonly limits?: Partial<HeavyReaderLimits>;
  /** The module that exports the node's `slices`; the app's own when absent. */
  readonly slicesModule?: string;
}

export interface HeavyReaders {
  readonly read: HeavyReader;
  /** The ids of the processes that there are at present. */
  processes(): readonly number[];
  /** Ends every process and whatever was asked of them. */
  close(): Promise<void>;
}

const program = fileURLToPath(import.meta.resolve("./reader.ts"));
const ownSlices = import.meta.resolve("./slices.ts");

/** A read that somebody waits for. */
interface Job {
  readonly read: PlannedRead;
  readonly answered: (answer: CallAnswer) => void;
  readonly failed: (error: unknown) => void;
  /** Stops the clock that runs for it: that of waiting, then that of reading. */
  cancelTimer: () => void;
}

/** `ending`: killed, but not gone yet, so its place is not free. */
interface Reader {
  readonly process: ChildProcess;
  readonly gone: Promise<void>;
  state: "idle" | "busy" | "ending";
  job: Job | null;
  cancelIdle: () => void;
}

/** Gives the readers of a store; no process is started yet. */
export function createHeavyReaders(options: HeavyReaderOptions): HeavyReaders {
  const { log, clock = systemClock, slicesModule = ownSlices } = options;
  const limits = { ...heavyReaderLimits, ...options.limits };
  const source: ReadSource =
    options.source.engine === "sqlite"
      ? options.source
      : { ...options.source, statementMsMax: limits.readMsMax };
  const readers = new Set<Reader>();
  const waiting = new Set<Job>();
  let closed = false;

  async function read(planned: PlannedRead, signal?: AbortSignal): Promise<CallAnswer> {
    if (closed) throw stopping();
    if (signal?.aborted === true) throw abandoned();
    if (waiting.size >= limits.waitingMax) throw crowded();
    const { promise, resolve, reject } = Promise.withResolvers<CallAnswer>();
    const job: Job = { read: planned, answered: resolve, failed: reject, cancelTimer: () => {} };
    job.cancelTimer = clock.after(limits.waitMsMax, () => stop(job, crowded()));
    waiting.add(job);
    const onAbort = () => stop(job, abandoned());
    signal?.addEventListener("abort", onAbort, { once: true });
    handOut();
    try {
      return await promise;
    } finally {
      job.cancelTimer();
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Gives those who wait to processes that are free or may be started. */
  function handOut(): void {
    for (const job of waiting) {
      const free = [...readers].find(({ state }) => state === "idle");
      if (free === undefined && readers.size >= limits.processesMax) return;
      waiting.delete(job);
      job.cancelTimer();
      try {
        give(free ?? start(), job);
      } catch (cause) {
        job.failed(new Unavailable("No process for long reads could be started.", { cause }));
      }
    }
  }

  function give(reader: Reader, job: Job): void {
    reader.cancelIdle();
    reader.state = "busy";
    reader.job = job;
    // Whoever waits for an answer keeps the node alive for it; an idle process does not.
    reader.process.ref();
    reader.process.channel?.ref();
    job.cancelTimer = clock.after(limits.readMsMax, () => stop(job, tooLong(limits.readMsMax)));
    tell(reader, { read: job.read });
  }

  function rest(reader: Reader): void {
    reader.state = "idle";
    reader.process.unref();
    reader.process.channel?.unref();
    reader.cancelIdle = clock.after(limits.idleMsMax, () => end(reader));
  }

  /** Answers whoever waits for `job`, and ends the process that is busy with it. */
  function stop(job: Job, error: Unavailable): void {
    waiting.delete(job);
    job.failed(error);
    const reader = [...readers].find((each) => each.job === job);
    if (reader === undefined) return;
    log("warn", "a heavy read was stopped", { operation: job.read.operation, reason: error.message });
    end(reader);
  }

  function end(reader: Reader): void {
    reader.cancelIdle();
    reader.state = "ending";
    reader.process.kill("SIGKILL");
  }

  function start(): Reader {
    const child = fork(program, [], {
      // Standard input is the lifeline: the process ends when this end of it closes, whatever closes it.
      stdio: ["pipe", "ignore", "inherit", "ipc"],
      execArgv: [
        ...process.execArgv.filter((each) => each.startsWith("--import=")),
        `--max-old-space-size=${limits.heapMebibytesMax}`,
      ],
    });
    if (child.stdin instanceof Socket) child.stdin.on("error", () => {}).unref();
    const gone = Promise.withResolvers<void>();
    const reader: Reader = {
      process: child,
      gone: gone.promise,
      state: "idle",
      job: null,
      cancelIdle: () => {},
    };
    readers.add(reader);
    const ended = (facts: Readonly<Record<string, unknown>>) => {
      if (!readers.delete(reader)) return;
      reader.cancelIdle();
      if (reader.state !== "ending")
        log("error", "a process for heavy reads ended by itself", {
          ...facts,
          operation: reader.job?.read.operation ?? null,
        });
      reader.job?.failed(new Unavailable("What was looking this up stopped unexpectedly. Try again."));
      gone.resolve();
      handOut();
    };
    child.on("message", (message: FromReader) => {
      const { job } = reader;
      if (job === null || reader.state !== "busy") return;
      reader.job = null;
      rest(reader);
      if ("answer" in message) job.answered(message.answer);
      else job.failed(thrownAgain(message.failure, message.stack));
      handOut();
    });
    child.on("exit", (code, signal) => ended({ code, signal }));
    child.on("error", (error) => {
      // One that never started has no id and no exit; one that cannot be told anything is of no use.
      if (child.pid === undefined) ended({ error: error.message });
      else child.kill("SIGKILL");
    });
    tell(reader, { open: { source, slicesModule } });
    return reader;
  }

  return {
    read,
    processes: () => [...readers].flatMap(({ process: { pid } }) => (pid === undefined ? [] : [pid])),
    async close() {
      closed = true;
      for (const job of waiting) job.failed(stopping());
      waiting.clear();
      const going = [...readers];
      for (const reader of going) {
        reader.job?.failed(stopping());
        // What is awaited below must keep the node alive until it has come.
        reader.process.ref();
        end(reader);
      }
      await Promise.all(going.map(({ gone }) => gone));
    },
  };
}

function tell(reader: Reader, message: ToReader): void {
  reader.process.send(message);
}

/** What the process refused or failed with, as the same error here. */
function thrownAgain(failure: Failure, stack: string | null): Error {
  if (failure.kind === "unavailable")
    return new Unavailable(
      failure.message,
      failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs },
    );
  return failure.kind === "bug" ? new Error(`a heavy read failed: ${stack}`) : refusalOf(failure);
}

function tooLong(readMsMax: number): Unavailable {
  return new Unavailable(
    `This took longer than ${readMsMax / 1_000} seconds and was stopped. Ask for less at a time, or again later.`,
    { retryAfterMs: 10_000 },
  );
}

function crowded(): Unavailable {
  return new Unavailable("Too many long reads are under way. Try again in a moment.", {
    retryAfterMs: 5_000,
  });
}

function stopping(): Unavailable {
  return new Unavailable("This node is stopping. Try again in a moment.");
}

function abandoned(): Unavailable {
  return new Unavailable("Nobody waits for this read any more.");
}
