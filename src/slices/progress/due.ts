/** When something is due, as a person would say it on their own clock. Pure. */
import { Temporal } from "temporal-polyfill";
import type { DueBucket } from "./schema.ts";

export interface DueFacts {
  readonly dueAt: number | null;
  readonly untilAt: number | null;
  readonly isDone: boolean;
}

const dayMs = 86_400_000;
/** What is missing and no longer taken is told for so long; what is still taken, for longer. */
const closedShownMs = 14 * dayMs;
const overdueShownMs = 60 * dayMs;
const laterDaysMax = 28;

/**
 * Which list of Today something belongs to at the moment `now`, by the days of the reader's own clock; null for none. What
 * is done stays, struck out, until its day is over.
 */
export function bucketOf(
  { dueAt, untilAt, isDone }: DueFacts,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): DueBucket | null {
  const isClosed = untilAt !== null && now > untilAt;
  if (dueAt === null) return isDone || isClosed ? null : "undated";
  const days = daysBetween(now, dueAt, timeZone);
  if (!isDone && now > dueAt)
    return now - dueAt <= (isClosed ? closedShownMs : overdueShownMs) ? "overdue" : null;
  if (days < 0) return null;
  if (days === 0) return "today";
  if (days < 7) return "week";
  return days <= laterDaysMax && !isDone ? "later" : null;
}

/** How many midnights lie between two instants on this clock; days of 23 and 25 hours are days. */
export function daysBetween(from: number, to: number, timeZone: string): number {
  const dayOf = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  return dayOf(from).until(dayOf(to), { largestUnit: "day" }).days;
}
