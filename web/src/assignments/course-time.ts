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
 * last millisecond. A time of day that comes twice is the earlier one, and one that is left out moves on by the hour. A
 * field that says what it said of `kept` still means that instant: a field has minutes only, and no word for the later one.
 */
export function instantOf(field: string, timeZone: string, kept: number | null = null): number | null {
  if (field === "") return null;
  if (kept !== null && fieldOf(kept, timeZone) === field) return kept;
  const time = Temporal.PlainDateTime.from(field);
  const isEndOfDay = time.hour === 23 && time.minute === 59;
  const exact = isEndOfDay ? time.with({ second: 59, millisecond: 999 }) : time;
  return exact.toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** Whether the clocks leave the field's time of day out on its day, or show it twice; null on every other day. */
export function clockChangeAt(field: string, timeZone: string): "left_out" | "twice" | null {
  // Browsers give years beyond 9999 in a form of their own.
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(field)) return null;
  const time = Temporal.PlainDateTime.from(field);
  const earlier = time.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  const later = time.toZonedDateTime(timeZone, { disambiguation: "later" });
  if (earlier.epochMilliseconds === later.epochMilliseconds) return null;
  return earlier.toPlainDateTime().equals(time) ? "twice" : "left_out";
}
