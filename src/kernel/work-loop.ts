/**
 * A loop of work in the background: runs step after step while there is something to do, then rests until it is woken
 * or its time has come. What fails is reported and tried again, later and later; nothing runs twice at once.
 */
import type { Clock } from "#base/clock.ts";

export interface WorkLoopOptions {
  readonly clock: Clock;
  /** Does a bounded piece of work; gives after how many milliseconds to look again, 0 for at once. */
  readonly step: () => Promise<number>;
  /** Hears of each failure, and in how many milliseconds the step is tried again. */
  readonly failed: (error: unknown, retryInMs: number) => void;
}

export interface WorkLoop {
  /** Begins; from now on the loop also looks by itself. */
  start(): void;
  /** Says that there may be something to do. Before the start that means nothing. */
  wake(): void;
  /**
   * Works until there is nothing more to do at present, or a step fails. A loop that was not started is at rest
   * again afterwards: nothing of it runs later.
   */
  settle(): Promise<void>;
  /** Ends after the step that is under way. */
  close(): Promise<void>;
}

export const retryMsMin = 1_000;
export const retryMsMax = 60_000;

export function createWorkLoop({ clock, step, failed }: WorkLoopOptions): WorkLoop {
  let running: Promise<void> | null = null;
  let woken = false;
  let isStarted = false;
  let closed = false;
  let failures = 0;
  let cancelTimer = (): void => {};

  async function work(): Promise<void> {
    cancelTimer();
    do {
      woken = false;
      let delayMs: number;
      try {
        delayMs = await step();
        failures = 0;
      } catch (error) {
        delayMs = Math.min(retryMsMax, retryMsMin * 2 ** failures);
        failures += 1;
        failed(error, delayMs);
        // Whoever wakes it meanwhile waits for the retry too: a failing step must not spin.
        woken = false;
      }
      if (delayMs === 0) woken = true;
      else if (isStarted && !closed && !woken) cancelTimer = clock.after(delayMs, run);
    } while (woken && !closed);
  }

  function run(): void {
    woken = true;
    if (closed || running !== null) return;
    running = work().finally(() => {
      running = null;
    });
  }

  return {
    start() {
      isStarted = true;
      run();
    },
    wake() {
      if (!isStarted) return;
      // After a failure only the timer tries again.
      if (failures === 0 || running !== null) run();
    },
    async settle() {
      run();
      while (running !== null) await running;
    },
    async close() {
      closed = true;
      cancelTimer();
      await running;
    },
  };
}
