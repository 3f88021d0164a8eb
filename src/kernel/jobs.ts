/**
 * Runs the jobs of a node: claims what is due in one transaction, works on a few at a time outside of any, and ends
 * each in one transaction together with its result. Harmless beside other nodes' workers and after a crash.
 */
import { assert } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import { createIdSource, uuidv7 } from "#base/ids.ts";
import type { JsonObject } from "#base/json.ts";
import type { Random } from "#base/random.ts";
import type { Database, Store } from "#engines/store/port.ts";
import { FinalFailure, type Job } from "./job.ts";
import {
  type Claim,
  claimJobs,
  complete,
  giveBack,
  nextDueAt,
  park,
  postpone,
  retryDelayMs,
  stillHeld,
} from "./job-claims.ts";
import type { Log } from "./kernel.ts";
import type { Services } from "./services.ts";
import { stepsOf, takeStep } from "./step.ts";
import { createWorkLoop } from "./work-loop.ts";

export interface JobRunnerOptions {
  readonly store: Store;
  readonly jobs: readonly Job[];
  readonly services: Services;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How many jobs to work on at once. Default 4. */
  readonly runningMax?: number;
}

export interface JobRunner {
  start(): void;
  /** Works until no job is due or running. */
  settle(): Promise<void>;
  /** Aborts what is running, gives it back to the queue, and ends. */
  close(): Promise<void>;
}

/** Stops a step of a job that was cancelled, or whose lease somebody else has now. */
async function requireHeld(database: Database, claim: Claim): Promise<void> {
  if (!(await stillHeld(database, claim))) throw new Error("The job was cancelled or taken over.");
}

/** How often to look without being woken: another node may have enqueued something. */
const restMs = 5_000;

interface Running {
  readonly claim: Claim;
  readonly abort: AbortController;
  ended: Promise<void>;
}

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { store, clock, log, runningMax = 4 } = options;
  const jobs = new Map(options.jobs.map((job) => [job.name, job]));
  assert(jobs.size === options.jobs.length, "no two jobs bear one name");
  const names = [...jobs.keys()];
  const worker = uuidv7(clock.now(), options.random);
  const nextId = createIdSource(options.random);
  const running = new Map<string, Running>();
  let closing = false;
  let unsubscribe = (): void => {};

  const loop = createWorkLoop({
    clock,
    step,
    failed: (error, retryInMs) => log("error", "the queue of jobs failed", { retryInMs, err: error }),
  });

  async function step(): Promise<number> {
    if (names.length === 0) return restMs;
    await abortLost();
    const limit = runningMax - running.size;
    const now = clock.now();
    const dueAt = (await store.read((database) => nextDueAt(database, names))).value;
    // The lease of what runs here ends by its own timer.
    if (limit === 0 || dueAt === null) return restMs;
    if (dueAt > now) return Math.min(restMs, dueAt - now);
    const { value: claims } = await store.write(({ database }) =>
      claimJobs(database, { jobs, worker, now, limit }),
    );
    for (const claim of claims) begin(claim);
    return 0;
  }

  /** Stops work on jobs that were cancelled, or taken over after their lease. */
  async function abortLost(): Promise<void> {
    if (running.size === 0) return;
    await store.read(async (database) => {
      for (const { claim, abort } of running.values()) {
        if (!(await stillHeld(database, claim)))
          abort.abort(new Error("The job was cancelled or taken over."));
      }
    });
  }

  function begin(claim: Claim): void {
    const abort = new AbortController();
    const cancelLease = clock.after(claim.leaseUntil - clock.now(), () =>
      abort.abort(new Error("The job did not end within its lease.")),
    );
    const one: Running = { claim, abort, ended: Promise.resolve() };
    running.set(claim.jobId, one);
    one.ended = work(one)
      .catch((error: unknown) => {
        // The row still says "running": it is claimed again when its lease has run out.
        log("error", "the end of a job could not be written", { jobId: claim.jobId, err: error });
      })
      .finally(() => {
        cancelLease();
        running.delete(claim.jobId);
        loop.wake();
      });
  }

  async function work({ claim, abort }: Running): Promise<void> {
    let result: JsonObject;
    try {
      result = await attempt(claim, abort.signal);
    } catch (error) {
      await failed(claim, error);
      return;
    }
    try {
      await ended(claim, (tx) => complete(tx, claim.jobId, result, clock.now()), result);
    } catch (error) {
      await failed(claim, error);
    }
  }

  async function attempt(claim: Claim, signal: AbortSignal): Promise<JsonObject> {
    const input = claim.job.inputSchema.parse(claim.input);
    const { jobId, attempt: number } = claim;
    const steps = stepsOf<never>(options, (database) => requireHeld(database, claim));
    const run = {
      jobId,
      input,
      attempt: number,
      now: clock.now(),
      services: options.services,
      signal,
      ...steps,
    };
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([claim.job.run(run as never), aborted]);
  }

  /** Ends the job in one transaction, unless it has been taken out of our hands. */
  async function ended(
    claim: Claim,
    write: (database: Parameters<typeof complete>[0]) => Promise<void>,
    result: JsonObject | null,
  ): Promise<void> {
    await store.write(async (transaction) => {
      const { database } = transaction;
      if (!(await stillHeld(database, claim))) return;
      const { finish } = claim.job;
      if (result !== null && finish !== null)
        await takeStep(transaction, { clock, random: options.random, nextId }, (step) =>
          finish({ ...step, input: claim.input, result } as never),
        );
      await write(database);
    });
  }

  async function failed(claim: Claim, error: unknown): Promise<void> {
    const { jobId, job, attempt: number } = claim;
    const reason = error instanceof Error ? error.message : String(error);
    const isLast = number >= job.attemptsMax || error instanceof FinalFailure;
    await ended(
      claim,
      async (tx) => {
        if (closing) await giveBack(tx, claim);
        else if (isLast) await park(tx, jobId, reason, clock.now());
        else await postpone(tx, claim, reason, clock.now() + retryDelayMs(number));
      },
      null,
    );
    if (!closing)
      log(isLast ? "error" : "warn", "a job failed", { jobId, job: job.name, attempt: number, err: error });
  }

  return {
    start() {
      unsubscribe = store.onCommit(() => loop.wake());
      loop.start();
    },
    async settle() {
      do {
        await Promise.all([...running.values()].map((one) => one.ended));
        await loop.settle();
      } while (running.size > 0);
    },
    async close() {
      closing = true;
      unsubscribe();
      await loop.close();
      for (const { abort } of running.values()) abort.abort(new Error("This node is shutting down."));
      await Promise.all([...running.values()].map((one) => one.ended));
    },
  };
}
