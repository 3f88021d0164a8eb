/** Moving dates by whole days on the clock of a course, so that what was due at nine is due at nine. */
import { Temporal } from "temporal-polyfill";

/**
 * `at`, so many days later on the clock of `timeZone`. Where that clock skips the hour, it is as much later; where the hour
 * comes twice, it is the first.
 */
export function shiftedBy(at: number, days: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).add({ days })
    .epochMilliseconds;
}

/** The nearest number of days that leaves each date on its weekday; between two, the later one. */
export function wholeWeeks(days: number): number {
  return Math.round(days / 7) * 7 + 0;
}
