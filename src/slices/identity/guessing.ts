/**
 * Limits against guessing that never lock the victim out.
 *
 * Attempts are counted in three ways, each over a quarter of an hour:
 *   - from one network, over all accounts: stops one machine from trying a password on everybody;
 *   - from one network on one account: stops one machine from trying passwords on somebody;
 *   - on one account from anywhere unknown: slows a herd of machines that share the work.
 * The third alone would let anyone shut anyone out, and the first would let a prankster shut out a classroom behind
 * one address. So places that the account knows are counted apart:
 *   - a device that presents the `deviceToken` of an earlier sign-in to this very account is counted by itself only;
 *   - a network from which the account has opened a session is counted with the account only (the second way).
 * Whatever strangers do, the owner's own devices keep their own ten attempts. (OWASP calls these device cookies.)
 * A success takes its own attempt back, so a class that signs in at nine from one address counts for nothing.
 */
import { isIPv6 } from "node:net";
import { Refusal } from "#kernel/errors.ts";
import type { AttemptLimiter } from "#kernel/services.ts";

const windowMs = 15 * 60_000;
const perNetworkMax = 100;
const perAccountAndPlaceMax = 10;
const perAccountUnknownMax = 20;
const secondStepsPerDayMax = 100;
const dayMs = 24 * 3_600_000;

export interface Attempt {
  /** The folded e-mail address, whether there is such an account or not. */
  readonly account: string;
  readonly place: string;
  /** The id of the device that a valid device token of this account names. */
  readonly deviceId: string | null;
  /** Whether the account has opened a session from this place. */
  readonly placeIsKnown: boolean;
}

interface Counter {
  readonly key: string;
  readonly attemptsMax: number;
  readonly windowMs: number;
}

/**
 * Counts an attempt and gives the function to call when it succeeds; refuses with `rate_limited` when there were too
 * many. It is counted before the password is looked at, so that a thousand at once are not all let through.
 */
export function beginAttempt(limiter: AttemptLimiter, attempt: Attempt, now: number): () => void {
  return begin(limiter, countersOf(attempt), now);
}

/**
 * The same for a second step, whose codes are short: from places that the account does not know there are a hundred tries
 * a day as well, which leaves a guesser of six digits one chance in three thousand.
 */
export function beginSecondStep(limiter: AttemptLimiter, attempt: Attempt, now: number): () => void {
  const account = `second step of ${attempt.account}`;
  const counters = countersOf({ ...attempt, account });
  const isKnown = attempt.deviceId !== null || attempt.placeIsKnown;
  const daily = { key: `a day's ${account}`, attemptsMax: secondStepsPerDayMax, windowMs: dayMs };
  return begin(limiter, isKnown ? counters : [...counters, daily], now);
}

/** Refuses when a network asks for too much of what costs a row each time. */
export function beginAnonymous(limiter: AttemptLimiter, place: string, now: number): void {
  begin(limiter, [{ key: `passkey ${place}`, attemptsMax: perNetworkMax, windowMs }], now);
}

function begin(limiter: AttemptLimiter, counters: readonly Counter[], now: number): () => void {
  const waits = counters.map(({ key, ...limit }) => limiter.wait(key, limit, now) ?? 0);
  const retryAfterMs = Math.max(...waits);
  if (retryAfterMs > 0) throw tooManyAttempts("Too many attempts to sign in", retryAfterMs);
  for (const { key } of counters) limiter.count(key, now);
  return () => {
    for (const { key } of counters) limiter.takeBack(key, now);
    // Whoever knows the password is done with guessing here; the wider counts stay as others left them.
    const [narrowest] = counters;
    if (narrowest !== undefined) limiter.forget(narrowest.key);
  };
}

/** The counters of an attempt, the narrowest first. */
function countersOf({ account, place, deviceId, placeIsKnown }: Attempt): readonly Counter[] {
  if (deviceId !== null)
    return [{ key: `device ${deviceId} ${account}`, attemptsMax: perAccountAndPlaceMax, windowMs }];
  const here = { key: `place ${place} ${account}`, attemptsMax: perAccountAndPlaceMax, windowMs };
  if (placeIsKnown) return [here];
  return [
    here,
    { key: `account ${account}`, attemptsMax: perAccountUnknownMax, windowMs },
    { key: `network ${place}`, attemptsMax: perNetworkMax, windowMs },
  ];
}

/**
 * The network behind an address: the address itself, or the /64 of an IPv6 one, since whoever has one of its
 * addresses has them all.
 */
export function placeOf(address: string | null): string {
  if (address === null) return "here";
  const plain = address.replace(/%.*$/, "").toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  // A dotted end stands for two groups, so more zeros are skipped than needed; the first four come out right.
  const skipped = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(skipped).fill("0"), ...last].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** The refusal, with when to try again in words. */
export function tooManyAttempts(what: string, retryAfterMs: number): Refusal {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  const wait = seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new Refusal("rate_limited", `${what}. Try again in ${wait}.`, { retryAfterMs });
}
