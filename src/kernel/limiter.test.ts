/** The limits must hold exactly at their edges, and memory must stay bounded under a flood of keys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptsPerKeyMax, createAttemptLimiter } from "./limiter.ts";

const limit = { attemptsMax: 3, windowMs: 1_000 };

test("the attempt after the last allowed one waits until the oldest leaves the window", () => {
  const limiter = createAttemptLimiter();
  for (const now of [0, 100, 200]) {
    assert.equal(limiter.wait("k", limit, now), null);
    limiter.count("k", now);
  }
  assert.equal(limiter.wait("k", limit, 200), 800);
  assert.equal(limiter.wait("k", limit, 999), 1);
  assert.equal(limiter.wait("k", limit, 1_000), null);
  limiter.count("k", 1_000);
  assert.equal(
    limiter.wait("k", limit, 1_000),
    100,
    "now the attempt at 100 is the oldest of the last three",
  );
  assert.equal(limiter.wait("other", limit, 1_000), null);
});

test("a success takes back its own attempt, and forgetting clears the key", () => {
  const limiter = createAttemptLimiter();
  for (const now of [0, 10, 20]) limiter.count("k", now);
  limiter.takeBack("k", 10);
  assert.equal(limiter.wait("k", limit, 20), null);
  limiter.count("k", 30);
  assert.equal(limiter.wait("k", limit, 30), 970);
  limiter.takeBack("k", 12_345);
  limiter.takeBack("unknown", 0);
  assert.equal(limiter.wait("k", limit, 30), 970, "taking back what was not counted changes nothing");
  limiter.forget("k");
  assert.equal(limiter.wait("k", limit, 30), null);
});

test("a clock that is set back neither frees nor locks anyone for good", () => {
  const limiter = createAttemptLimiter();
  limiter.count("k", 5_000);
  limiter.count("k", 1_000);
  limiter.count("k", 1_000);
  assert.equal(limiter.wait("k", limit, 5_500), 500);
  assert.equal(limiter.wait("k", limit, 6_000), null);
});

test("a flood of keys pushes out the ones counted longest ago and no others", () => {
  const limiter = createAttemptLimiter({ keysMax: 10 });
  const one = { attemptsMax: 1, windowMs: 1_000 };
  for (let key = 0; key < 10; key++) limiter.count(`k${key}`, 0);
  limiter.count("k0", 1);
  limiter.count("new", 1);
  assert.equal(limiter.wait("k1", one, 1), null, "the one counted longest ago went");
  assert.notEqual(limiter.wait("k0", one, 1), null, "the one counted again stayed");
  assert.notEqual(limiter.wait("new", one, 1), null);
});

test("one key remembers as many attempts as the largest limit needs", () => {
  const limiter = createAttemptLimiter();
  const largest = { attemptsMax: attemptsPerKeyMax, windowMs: 1_000 };
  for (let count = 0; count < attemptsPerKeyMax * 3; count++) limiter.count("k", count);
  assert.notEqual(limiter.wait("k", largest, 300), null);
  assert.throws(() => limiter.wait("k", { ...largest, attemptsMax: attemptsPerKeyMax + 1 }, 300));
});
