/**
 * Counts attempts so that guessing is slow. It lives in the memory of one node, in a group that of the node that leads,
 * where all commands run: a limit that had to be written would cost a write for each guess, and losing the counts with
 * the process or a change of leader only gives an attacker one more window.
 */
import { assert } from "#base/assert.ts";
import type { AttemptLimiter } from "./services.ts";

/** The largest `attemptsMax` that a limit may ask for: so many times are remembered under one key. */
export const attemptsPerKeyMax = 100;
const keysMaxDefault = 20_000;

/**
 * A limiter that remembers at most `keysMax` keys, the most recently counted ones. Pushing a key out takes as many
 * attempts under other keys; callers also limit by address, so that this needs as many machines.
 */
export function createAttemptLimiter({ keysMax = keysMaxDefault } = {}): AttemptLimiter {
  // A Map keeps its keys in the order of insertion, so the first one is the one counted longest ago.
  const timesByKey = new Map<string, number[]>();

  return {
    wait(key, { attemptsMax, windowMs }, now) {
      assert(
        attemptsMax >= 1 && attemptsMax <= attemptsPerKeyMax,
        "a limit is between 1 and attemptsPerKeyMax",
      );
      // Only the last `attemptsMax` count: once the oldest of those has left the window, one more is allowed.
      const oldest = timesByKey.get(key)?.at(-attemptsMax);
      if (oldest === undefined || oldest + windowMs <= now) return null;
      return oldest + windowMs - now;
    },

    count(key, now) {
      const times = timesByKey.get(key) ?? [];
      timesByKey.delete(key);
      timesByKey.set(key, times);
      // A clock set back must not put times out of order, or a limit would look at the wrong one.
      times.push(Math.max(now, times.at(-1) ?? now));
      if (times.length > attemptsPerKeyMax) times.shift();
      if (timesByKey.size > keysMax) {
        const [oldestKey] = timesByKey.keys();
        if (oldestKey !== undefined) timesByKey.delete(oldestKey);
      }
    },

    takeBack(key, countedAt) {
      const times = timesByKey.get(key);
      const index = times?.lastIndexOf(countedAt) ?? -1;
      if (times === undefined || index < 0) return;
      times.splice(index, 1);
      if (times.length === 0) timesByKey.delete(key);
    },

    forget(key) {
      timesByKey.delete(key);
    },
  };
}
