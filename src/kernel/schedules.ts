/**
 * Work that comes back by the clock (trimming, collecting): of the cluster at the node that leads, of a folder at its
 * node. On PostgreSQL every node does all of it, so each piece is harmless when another node does the same, and small
 * enough that commands do not wait behind it.
 */
import { assert } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { Log } from "./kernel.ts";
import { createWorkLoop } from "./work-loop.ts";

export interface Schedule {
  readonly name: string;
  /** How long to rest after there was nothing more to do. */
  readonly everyMs: number;
  /** Does a bounded piece; true when there is more to do at once, a number of milliseconds for another rest than the usual. */
  readonly run: (now: number) => Promise<boolean | number>;
}

export interface Schedules {
  /** Runs each schedule now, and then again and again. */
  start(): void;
  /** Runs each schedule until it has nothing more to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export function createSchedules({
  schedules,
  clock,
  log,
}: {
  readonly schedules: readonly Schedule[];
  readonly clock: Clock;
  readonly log: Log;
}): Schedules {
  const loops = schedules.map(({ name, everyMs, run }) => {
    assert(everyMs > 0, `the schedule ${name} rests between its runs`);
    return createWorkLoop({
      clock,
      step: async () => {
        const next = await run(clock.now());
        if (typeof next === "number") return next;
        return next ? 0 : everyMs;
      },
      failed: (error, retryInMs) =>
        log("error", "a schedule failed", { schedule: name, retryInMs, err: error }),
    });
  });
  return {
    start() {
      for (const loop of loops) loop.start();
    },
    async settle() {
      await Promise.all(loops.map((loop) => loop.settle()));
    },
    async close() {
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}
