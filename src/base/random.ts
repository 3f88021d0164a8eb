/** Randomness comes in through this port, so that tests and the simulator can replay it from a seed. */
import { randomFillSync } from "node:crypto";

export interface Random {
  /** `count` bytes; unpredictable in production. */
  bytes(count: number): Uint8Array;
}

/** Drawn from the system in large pieces, since asking it costs far more than the few bytes of an id. */
const pool = new Uint8Array(8_192);
let poolUsed = pool.length;

export const systemRandom: Random = {
  bytes(count) {
    if (count > pool.length / 8) return randomFillSync(new Uint8Array(count));
    if (poolUsed + count > pool.length) {
      randomFillSync(pool);
      poolUsed = 0;
    }
    const end = poolUsed + count;
    const bytes = pool.slice(poolUsed, end);
    // What was given out may be a secret, and is nobody else's to find.
    pool.fill(0, poolUsed, end);
    poolUsed = end;
    return bytes;
  },
};

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
