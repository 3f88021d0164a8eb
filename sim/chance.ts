/** All chance of one seed: a small fast generator (sfc32), so that the same seed always makes the same world. */
import { assert } from "#base/assert.ts";
import type { Random } from "#base/random.ts";

export class Chance implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = 0x9e3779b9;
    this.#b = seed | 0;
    this.#c = Math.floor(seed / 0x1_0000_0000) | 0;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** A whole number below 2^32. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to `below` - 1. */
  draw(below: number): number {
    assert(below > 0 && below <= 0x1_0000_0000, `a range to draw from, not ${below}`);
    return Math.floor((this.next() / 0x1_0000_0000) * below);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.draw(high - low + 1);
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return probability > 0 && this.next() < probability * 0x1_0000_0000;
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.draw(from.length)];
    assert(found !== undefined, "something to pick from");
    return found;
  }

  /** One of the kinds, each as likely as its weight says. */
  weighted<Kind extends string>(weights: Readonly<Record<Kind, number>>): Kind {
    const entries = Object.entries(weights) as [Kind, number][];
    let left = this.draw(entries.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [kind, weight] of entries) {
      if (left < weight) return kind;
      left -= weight;
    }
    throw new RangeError("no kind has any weight");
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at++) bytes[at] = this.next() & 0xff;
    return bytes;
  }

  /** A stream of its own, so that what one part draws does not shift what another does. */
  fork(): Chance {
    return new Chance(this.next() * 0x10_0000 + (this.next() & 0xf_ffff));
  }
}
