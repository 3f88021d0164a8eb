/** Dates of assignments on the course's clock, whatever the reader's is, as a date field gives and takes them. */
import { Temporal } from "temporal-polyfill";

/** `2026-11-21T17:00` on the course's clock; empty where there is no date. */
export function fieldOf(at: number | null, timeZone: string): string {
  if (at === null) return "";
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });
}

/**
 * The instant that a date field names on the course's clock; null when it is empty. 23:59 means the end of that day, to its
 * last millisecond. A time of day that comes twice is the earlier one, and one that is left out moves on by the hour.
 */
export function instantOf(field: string, timeZone: string): number | null {
  if (field === "") return null;
  const time = Temporal.PlainDateTime.from(field);
  const isEndOfDay = time.hour === 23 && time.minute === 59;
  const exact = isEndOfDay ? time.with({ second: 59, millisecond: 999 }) : time;
  return exact.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
}
