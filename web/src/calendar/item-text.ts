/** When things of the calendar are, in words, on the reader's clock. */
import { dateTimeText } from "../ui/pieces.tsx";
import { locale, type text as textOf } from "../ui/text.ts";
import type { Day } from "./days.ts";
import { dayAt } from "./days.ts";
import type { Item } from "./event-dialog.tsx";

/** The hour; where the clocks change on that day, with the zone's name, since an hour may come twice. */
export function clockText(
  at: number,
  options: { readonly timeZone?: string; readonly isNamed?: boolean } = {},
) {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(options.timeZone === undefined ? {} : { timeZone: options.timeZone }),
    ...(options.isNamed === true ? { timeZoneName: "short" as const } : {}),
  }).format(at);
}

/** When: a moment, from one hour to another, or to the hour of another day. */
export function hoursText(
  { startsAt, endsAt }: Item,
  day: Day,
  timeZone: string,
  text: typeof textOf,
): string {
  const isNamed = day.clockChange !== 0;
  const clock = (at: number) => clockText(at, { isNamed });
  if (endsAt === null) return clock(startsAt);
  if (startsAt < day.from && endsAt >= day.to) return text("calendar.allDay");
  if (startsAt < day.from) return text("calendar.untilHour", { when: clock(endsAt) });
  if (dayAt(startsAt, timeZone) === dayAt(endsAt, timeZone)) return `${clock(startsAt)}–${clock(endsAt)}`;
  return `${clock(startsAt)} ${text("calendar.until", { when: dateTimeText(endsAt) })}`;
}

/** `Saturday 21 November`, whatever the reader's zone does around that day's midnight. */
export function dayText(key: string, options: Intl.DateTimeFormatOptions = {}): string {
  const shape = { weekday: "long", day: "numeric", month: "long", ...options } as const;
  return new Intl.DateTimeFormat(locale, { ...shape, timeZone: "UTC" }).format(Date.parse(`${key}T12:00Z`));
}

/** What the clocks do on a day; null where they do nothing. */
export function clockChangeText({ clockChange }: Day, text: typeof textOf): string | null {
  if (clockChange === 0) return null;
  const count = Math.abs(clockChange);
  return text(clockChange > 0 ? "calendar.clocksForward" : "calendar.clocksBack", { count });
}

/** How the reader's weeks begin: 1 for Monday. */
export function firstWeekday(): number {
  const info = new Intl.Locale(locale) as Intl.Locale & {
    getWeekInfo?: () => { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return info.getWeekInfo?.().firstDay ?? info.weekInfo?.firstDay ?? 1;
}
