/**
 * When a mail may tell somebody of a notice: a pure step from their wishes and the moment. Times of the day are times on
 * the wall in their time zone, also on the days on which its clocks change.
 */
import { Temporal } from "temporal-polyfill";
import type { MailMode } from "./schema.ts";

/** What somebody wants of their mails; minutes count from midnight on their wall. */
export interface MailWishes {
  readonly timeZone: string;
  readonly digestMinute: number;
  /** Null: there are no quiet hours. The end lies on the next day where it is no later than the start. */
  readonly quiet: { readonly from: number; readonly to: number } | null;
}

/** What holds for people who have said nothing. */
export const usualWishes = { digestMinute: 17 * 60, quiet: { from: 21 * 60, to: 7 * 60 } } as const;

/** When a notice that is made `now` may be mailed, milliseconds UTC; null for never. */
export function mailTime(mode: MailMode, now: number, wishes: MailWishes): number | null {
  switch (mode) {
    case "off":
      return null;
    case "at_once":
      return afterQuiet(now, wishes);
    case "digest":
      return nextDigest(now, wishes);
  }
}

/** `now`, or the end of the quiet hours that it falls into. */
export function afterQuiet(now: number, { quiet, timeZone }: MailWishes): number {
  if (quiet === null || quiet.from === quiet.to) return now;
  const there = onWall(now, timeZone);
  const minute = there.hour * 60 + there.minute;
  const crossesMidnight = quiet.from > quiet.to;
  const isQuiet = crossesMidnight
    ? minute >= quiet.from || minute < quiet.to
    : minute >= quiet.from && minute < quiet.to;
  if (!isQuiet) return now;
  const endsTomorrow = crossesMidnight && minute >= quiet.from;
  return atMinute(there.toPlainDate().add({ days: endsTomorrow ? 1 : 0 }), quiet.to, timeZone);
}

/** The next time after `now` at which the digest leaves. Whoever asks for one within their quiet hours gets it then. */
export function nextDigest(now: number, { digestMinute, timeZone }: MailWishes): number {
  const today = onWall(now, timeZone).toPlainDate();
  const at = atMinute(today, digestMinute, timeZone);
  return at > now ? at : atMinute(today.add({ days: 1 }), digestMinute, timeZone);
}

function onWall(now: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
}

/** A time that the clocks skip counts as the one after the gap; one that comes twice as its first (RFC 5545, 3.3.5). */
function atMinute(day: Temporal.PlainDate, minute: number, timeZone: string): number {
  const plainTime = Temporal.PlainTime.from({ hour: Math.floor(minute / 60), minute: minute % 60 });
  return day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}
