/** A node's clock and its links, which fall silent for good when its process dies. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "#base/clock.ts";
import type { VirtualTime } from "../virtual-time.ts";

/** One life of a simulated process: what was planned in it happens only while it lasts, and waits while it is frozen. */
export class Life {
  readonly #time: VirtualTime;
  isOver = false;
  frozenUntil = 0;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  after(delay: number, action: () => void): () => void {
    let cancel = this.#time.after(delay, () => {
      if (this.isOver) return;
      const frozen = this.frozenUntil - this.#time.now;
      if (frozen > 0) cancel = this.after(frozen, action);
      else action();
    });
    return () => cancel();
  }

  /** Resolves after `delay`, or never. */
  wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delay, resolve);
    });
  }
}

/** The clock of a process; `speed` is how many of its milliseconds pass in one. */
export function clockOf(life: Life, time: VirtualTime, speed: number, startMs: number): Clock {
  return {
    now: () => Math.floor(startMs + time.now * speed),
    monotonic: () => time.now * speed,
    after: (delay, action) => life.after(delay / speed, action),
  };
}

/** Resolves when nothing can go on any more without time passing: no promise, and no work on real files. */
export async function quiet(): Promise<void> {
  await nextTurn();
  while (process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"))) {
    await nextTurn();
  }
}
