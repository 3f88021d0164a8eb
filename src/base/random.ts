/** Randomness comes in through this port, so that tests and the simulator can replay it from a seed. */
import { randomBytes } from "node:crypto";

export interface Random {
  /** `count` bytes; unpredictable in production. */
  bytes(count: number): Uint8Array;
}

export const systemRandom: Random = { bytes: (count) => new Uint8Array(randomBytes(count)) };

/**
 * A repeatable stream of bytes for tests (the mulberry32 generator).
 * Not for secrets: anyone who knows the seed knows the stream.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return { bytes: (count) => Uint8Array.from({ length: count }, () => next() & 0xff) };
}
