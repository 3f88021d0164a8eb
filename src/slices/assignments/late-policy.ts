/** What lateness costs: from the points that the work is worth to the points that count. Pure; graders see both. */
import { Temporal } from "temporal-polyfill";

export interface LatePolicy {
  readonly kind: "none" | "per_day" | "fixed";
  /** Percent of the raw points: for each started day, or once. */
  readonly percent: number;
  /** With `per_day`: percent of the raw points that stay, however late it is. */
  readonly floorPercent: number;
}

export interface Lateness {
  readonly dueAt: number | null;
  readonly receivedAt: number;
  /** The course's time zone: a day is a day there, also when the clocks change in between. */
  readonly timeZone: string;
}

/** The points in hundredths after what lateness costs; never more than raw, never below nothing. */
export function reducedHundredths(rawHundredths: number, policy: LatePolicy, lateness: Lateness): number {
  const percent = reductionPercent(policy, lateness);
  return Math.round((rawHundredths * (100 - percent)) / 100);
}

/** How many percent of the raw points lateness costs, 0 to 100. */
export function reductionPercent({ kind, percent, floorPercent }: LatePolicy, lateness: Lateness): number {
  const days = startedDaysLate(lateness);
  if (kind === "none" || days === 0) return 0;
  if (kind === "fixed") return percent;
  return Math.min(days * percent, 100 - floorPercent);
}

/**
 * Days that have begun since it was due, 0 when it came in time. A day ends at the time of day at which it was due: what
 * was due on Saturday at 23:59 is one day late until Sunday at 23:59, whether that Sunday has 23, 24 or 25 hours.
 */
export function startedDaysLate({ dueAt, receivedAt, timeZone }: Lateness): number {
  if (dueAt === null || receivedAt <= dueAt) return 0;
  const due = Temporal.Instant.fromEpochMilliseconds(dueAt).toZonedDateTimeISO(timeZone);
  const received = Temporal.Instant.fromEpochMilliseconds(receivedAt).toZonedDateTimeISO(timeZone);
  const whole = due.until(received, { largestUnit: "day" }).days;
  const isExact = due.add({ days: whole }).epochMilliseconds === receivedAt;
  return isExact ? whole : whole + 1;
}
