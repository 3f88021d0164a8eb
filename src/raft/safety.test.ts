/**
 * Groups whose network loses, doubles and reorders, whose members crash at any moment, change places and are cut off,
 * from a seed: no two leaders in a term, no two logs that differ in what is committed. The simulator (sim/) does this at
 * length and with more kinds of harm; this is the quick look at each change.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { RandomGroup } from "./testing/random-group.ts";

test("whatever the network and crashes do, what is committed stays", () => {
  let committed = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const group = new RandomGroup(seed);
    try {
      for (let step = 0; step < 3_000; step++) group.act();
      group.calm();
    } catch (cause) {
      throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
    committed += group.committedCount;
  }
  assert(committed > 60 * 10, `the groups got something done: ${committed} entries`);
});
