/** Guessing is slow from everywhere, and the owner gets in while it goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "#kernel/errors.ts";
import { createAttemptLimiter } from "#kernel/limiter.ts";
import { type Attempt, beginAttempt, placeOf } from "./guessing.ts";

const minute = 60_000;
const ada: Attempt = { account: "ada@x", place: "198.51.100.1", deviceId: null, placeIsKnown: false };

/** Makes attempts that fail until one is not allowed; gives how many were, and the wait. */
function failUntilLimited(
  limiter: ReturnType<typeof createAttemptLimiter>,
  attempts: Iterable<Attempt>,
  now = 0,
) {
  let allowed = 0;
  for (const attempt of attempts) {
    try {
      beginAttempt(limiter, attempt, now);
    } catch (error) {
      assert(error instanceof Refusal && error.code === "rate_limited");
      return { allowed, retryAfterMs: error.retryAfterMs };
    }
    allowed++;
  }
  return { allowed, retryAfterMs: null };
}

function* times(count: number, attempt: (index: number) => Attempt): Iterable<Attempt> {
  for (let index = 0; index < count; index++) yield attempt(index);
}

test("one machine on one account: ten in a quarter of an hour", () => {
  const limiter = createAttemptLimiter();
  assert.deepEqual(
    failUntilLimited(
      limiter,
      times(50, () => ada),
    ),
    { allowed: 10, retryAfterMs: 15 * minute },
  );
  assert.deepEqual(failUntilLimited(limiter, [ada], 15 * minute), { allowed: 1, retryAfterMs: null });
});

test("one machine over many accounts: a hundred", () => {
  const limiter = createAttemptLimiter();
  const spray = times(500, (index) => ({ ...ada, account: `person${index}@x` }));
  assert.equal(failUntilLimited(limiter, spray).allowed, 100);
});

test("a herd of machines on one account: twenty, and the owner still gets in from what the account knows", () => {
  const limiter = createAttemptLimiter();
  const herd = times(500, (index) => ({ ...ada, place: `203.0.113.${index}` }));
  assert.equal(failUntilLimited(limiter, herd).allowed, 20);
  const elsewhere = { ...ada, place: "192.0.2.9" };
  assert.equal(failUntilLimited(limiter, [elsewhere]).allowed, 0, "a new place waits with the herd");
  assert.equal(
    failUntilLimited(limiter, [{ ...elsewhere, placeIsKnown: true }]).allowed,
    1,
    "a known network",
  );
  assert.equal(failUntilLimited(limiter, [{ ...elsewhere, deviceId: "d1" }]).allowed, 1, "a known device");
});

test("a prankster in the classroom does not shut out the ones beside", () => {
  const limiter = createAttemptLimiter();
  failUntilLimited(
    limiter,
    times(500, (index) => ({ ...ada, account: `person${index}@x` })),
  );
  failUntilLimited(
    limiter,
    times(500, () => ({ ...ada, placeIsKnown: true })),
  );
  assert.equal(failUntilLimited(limiter, [{ ...ada, account: "eve@x" }]).allowed, 0, "a stranger here waits");
  assert.equal(failUntilLimited(limiter, [{ ...ada, account: "bob@x", placeIsKnown: true }]).allowed, 1);
  assert.equal(failUntilLimited(limiter, [{ ...ada, deviceId: "d1" }]).allowed, 1, "ada's own device");
});

test("a stolen device token is good for ten guesses, not for all", () => {
  const limiter = createAttemptLimiter();
  assert.equal(
    failUntilLimited(
      limiter,
      times(50, () => ({ ...ada, deviceId: "d1" })),
    ).allowed,
    10,
  );
});

test("successes do not count: a whole school signs in from one address at nine", () => {
  const limiter = createAttemptLimiter();
  for (let index = 0; index < 1_000; index++)
    beginAttempt(limiter, { ...ada, account: `p${index}@x` }, index)();
  assert.equal(failUntilLimited(limiter, [ada], 1_000).allowed, 1);
});

test("nine typing errors are forgiven by the right password, in this place and no other", () => {
  const limiter = createAttemptLimiter();
  failUntilLimited(
    limiter,
    times(9, () => ada),
  );
  failUntilLimited(
    limiter,
    times(9, () => ({ ...ada, place: "203.0.113.5" })),
  );
  beginAttempt(limiter, ada, 1)();
  assert.equal(
    failUntilLimited(
      limiter,
      times(50, () => ada),
      2,
    ).allowed,
    2,
    "what is left of the twenty",
  );
  assert.equal(failUntilLimited(limiter, [{ ...ada, place: "203.0.113.5" }], 2).allowed, 0);
});

test("a thousand at once are not all let through before the first one fails", () => {
  const limiter = createAttemptLimiter();
  const begun = Array.from({ length: 1_000 }, () => failUntilLimited(limiter, [ada]).allowed);
  assert.equal(begun.filter((allowed) => allowed === 1).length, 10);
});

test("whoever has one address of an IPv6 network has them all", () => {
  const table: readonly [string | null, string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
    [null, "here"],
  ];
  for (const [address, place] of table) assert.equal(placeOf(address), place);
});
