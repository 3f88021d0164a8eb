/** Turns: so many at once, so many waiting, and whoever comes beyond that is told to come again. */
import { Unavailable } from "#engines/errors.ts";

export interface Turns {
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns({
  atOnceMax,
  waitingMax,
}: {
  readonly atOnceMax: number;
  readonly waitingMax: number;
}): Turns {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function turn(): Promise<void> {
    if (running < atOnceMax) {
      running++;
      return;
    }
    if (waiting.length >= waitingMax)
      throw new Unavailable("Many files are being checked at present. Try again in a moment.", {
        retryAfterMs: 5_000,
      });
    // Whoever ends hands its place on, so `running` stays as it is.
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function handOn(): void {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }

  return {
    async take(work) {
      await turn();
      try {
        return await work();
      } finally {
        handOn();
      }
    },
  };
}
