/** Draws for the schedule of faults and for what clients do, from one seed. */
import { present } from "#base/assert.ts";
import { seededRandom } from "#base/random.ts";

export interface Chance {
  /** A whole number from 0 to `max` - 1. */
  below(max: number): number;
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** True once in `times`. */
  oneIn(times: number): boolean;
  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[];
}

export function chanceOf(seed: number): Chance {
  const random = seededRandom(seed);
  const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    pick: (list) => present(list[below(list.length)], "a list to pick from is not empty"),
    oneIn: (times) => below(times) === 0,
    shuffled(list) {
      const rest = [...list];
      return list.map(() => present(rest.splice(below(rest.length), 1)[0], "one is left"));
    },
  };
}
