/** Large transfers take their time, by a clock that the test turns. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { paced } from "./pace.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function* piecesOf(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield new Uint8Array(1_000);
}

/** Takes pieces as they come; gives how many have come. */
function taking(source: AsyncIterable<Uint8Array>) {
  const taken = { count: 0, isDone: false };
  void (async () => {
    for await (const _piece of source) taken.count++;
    taken.isDone = true;
  })();
  return taken;
}

test("pieces come at the rate that is allowed, and all of them", async () => {
  const clock = new ManualClock();
  const taken = taking(paced(piecesOf(10), 100_000, clock));
  await turn();
  // A piece is worth 10 ms.
  assert.equal(taken.count, 1);
  for (let elapsed = 10; elapsed <= 90; elapsed += 10) {
    clock.advance(10);
    await turn();
    assert(taken.count <= 2 + elapsed / 10, `${taken.count} pieces after ${elapsed} ms`);
  }
  clock.advance(10);
  await turn();
  assert.deepEqual(taken, { count: 10, isDone: true });
});

test("after a stall it does not rush to catch up", async () => {
  const clock = new ManualClock();
  const source = paced(piecesOf(100), 100_000, clock);
  await source.next();
  clock.advance(60_000);
  const taken = taking(source);
  await turn();
  assert(taken.count <= 3, `${taken.count} pieces at once`);
});
