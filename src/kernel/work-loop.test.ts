/** When a loop of work runs: when it is asked to settle, when it is woken, and by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { createWorkLoop } from "./work-loop.ts";

function loopOf(clock: ManualClock) {
  const ran: number[] = [];
  const loop = createWorkLoop({
    clock,
    step: async () => {
      ran.push(clock.now());
      return 5_000;
    },
    failed: () => assert.fail("no step fails"),
  });
  return { loop, ran };
}

test("a loop that was only settled is at rest: nothing of it runs later", async () => {
  const clock = new ManualClock(0);
  const { loop, ran } = loopOf(clock);
  await loop.settle();
  clock.advance(60_000);
  await loop.close();
  assert.deepEqual(ran, [0]);
});

test("a loop that was started looks again by itself, also after it was settled", async () => {
  const clock = new ManualClock(0);
  const { loop, ran } = loopOf(clock);
  loop.start();
  await loop.settle();
  clock.advance(5_000);
  await loop.close();
  assert(ran.includes(5_000));
});
