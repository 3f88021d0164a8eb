import assert from "node:assert/strict";
import { test } from "node:test";
import { Retention } from "./retention.ts";

const limits = { logKeepBytes: 1_000, logKeepBytesMax: 10_000 };

/** A log of entries of 100 bytes each. */
function grown(retention: Retention, from: number, to: number): void {
  for (let index = from; index <= to; index++) retention.reached(index, index * 100);
}

test("the last stretch is kept for members that come back, and no more for those that stay away", () => {
  const retention = new Retention(limits, { start: 0, last: 0, bytes: 0 });
  grown(retention, 1, 200);
  assert.equal(retention.trimIndex(200, []), 190);
  assert.equal(retention.trimIndex(150, []), 150, "never what the state still needs");
});

test("what a member that is heard from still needs is kept, up to a bound", () => {
  const retention = new Retention(limits, { start: 0, last: 0, bytes: 0 });
  grown(retention, 1, 90);
  assert.equal(retention.trimIndex(90, [40, 70]), 40);
  grown(retention, 91, 300);
  assert.equal(retention.trimIndex(300, [40]), 200, "beyond the bound it needs a snapshot");
});

test("what comes after a snapshot on its way is kept until it has arrived", () => {
  const retention = new Retention(limits, { start: 0, last: 0, bytes: 0 });
  grown(retention, 1, 50);
  const unpin = retention.pin(45);
  const unpinEarlier = retention.pin(30);
  grown(retention, 51, 80);
  assert.equal(retention.trimIndex(80, []), 30);
  unpinEarlier();
  assert.equal(retention.trimIndex(80, []), 45);
  unpin();
  assert.equal(retention.trimIndex(80, []), 70);
});

test("entries that were replaced count no more", () => {
  const retention = new Retention(limits, { start: 0, last: 0, bytes: 0 });
  grown(retention, 1, 100);
  for (let index = 60; index <= 120; index++) retention.reached(index, 10_000 + (index - 59) * 100);
  const kept = retention.trimIndex(120, []);
  assert.ok(kept >= 100 && kept <= 110, `${kept}`);
});
