/**
 * A change of leader is a short pause and not an error: what was asked meanwhile is tried again inside the server, until
 * it is answered or so much time has gone that whoever asked should hear of it. Only what is known not to have been
 * done, or is safe to do again, may be tried again: a read, or a command under an idempotency key.
 */
import type { Clock } from "#base/clock.ts";
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { Leadership } from "./leadership.ts";

/** For so long a request is kept while the group has no leader that it could be done at. */
export const failoverMsMax = 10_000;
const pauseMsMin = 5;
const pauseMsMax = 250;

export interface FailoverParts {
  readonly clock: Clock;
  readonly leadership: Leadership;
}

/** Runs `attempt` until it comes to something other than a change of leader, its time is up or nobody waits for it. */
export async function throughFailover<T>(
  { clock, leadership }: FailoverParts,
  signal: AbortSignal | undefined,
  attempt: (msLeft: number) => Promise<T>,
): Promise<T> {
  const giveUpAt = clock.monotonic() + failoverMsMax;
  for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(pauseMs * 2, pauseMsMax)) {
    try {
      return await attempt(Math.max(1, giveUpAt - clock.monotonic()));
    } catch (error) {
      if (!passes(error)) throw error;
      if (signal?.aborted === true) throw abandoned(error);
      if (clock.monotonic() + pauseMs >= giveUpAt) throw reasonOf(error);
      await leadership.changed(pauseMs, signal);
    }
  }
}

/** Whether `error` says no more than that the leader changes. */
export function passes(error: unknown): boolean {
  return error instanceof NotLeader || error instanceof OutcomeUnknown;
}

/** Why it did not work the last time: of a leader that could not be reached, what stood in the way. */
function reasonOf(error: unknown): unknown {
  return error instanceof NotLeader && error.cause instanceof Unavailable ? error.cause : error;
}

function abandoned(cause: unknown): Unavailable {
  return new Unavailable("Nobody waited for the answer any more, so this was not tried again.", { cause });
}
