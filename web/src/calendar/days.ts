/**
 * The days that a view of the calendar shows, on the reader's clock. Pure. A day begins and ends where the clock says so,
 * which is not always 24 hours apart: the nights in which clocks change have their hour more or less.
 */
import { Temporal } from "temporal-polyfill";

export const views = ["month", "week", "agenda"] as const;
export type View = (typeof views)[number];

export function isView(given: unknown): given is View {
  return views.some((view) => view === given);
}

export interface Day {
  /** `2026-11-21`. */
  readonly key: string;
  readonly from: number;
  /** The first instant of the next day. */
  readonly to: number;
  /** By how many minutes the clocks go forward on this day; less than 0 where they go back. */
  readonly clockChange: number;
  /** Whether it belongs to the month that is looked at; days around it fill the first and the last week. */
  readonly isOfMonth: boolean;
}

/** The day on the clock of `timeZone` at an instant. */
export function dayAt(at: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The day that an address names; today where it names none. */
export function dayOfAddress(given: string | undefined, now: number, timeZone: string): string {
  if (given === undefined || !/^\d{4}-\d\d-\d\d$/.test(given)) return dayAt(now, timeZone);
  try {
    return Temporal.PlainDate.from(given, { overflow: "reject" }).toString();
  } catch {
    return dayAt(now, timeZone);
  }
}

export interface Shown {
  readonly view: View;
  /** Some day in it. */
  readonly day: string;
  readonly timeZone: string;
  /** 1 for Monday, as the reader's weeks begin. */
  readonly firstWeekday: number;
}

/** The days that are shown: a week, a month, or for the grid of a month the whole weeks around it. */
export function daysShown({ view, day, timeZone, firstWeekday }: Shown): readonly Day[] {
  const date = Temporal.PlainDate.from(day);
  const ofMonth = (each: Temporal.PlainDate) => each.month === date.month && each.year === date.year;
  const back = (each: Temporal.PlainDate) => (each.dayOfWeek - firstWeekday + 7) % 7;
  const firstOfMonth = date.with({ day: 1 });
  if (view === "agenda") return days(firstOfMonth, date.daysInMonth, timeZone, ofMonth);
  if (view === "week") return days(date.subtract({ days: back(date) }), 7, timeZone, () => true);
  const lead = back(firstOfMonth);
  const weeks = Math.ceil((lead + date.daysInMonth) / 7);
  return days(firstOfMonth.subtract({ days: lead }), weeks * 7, timeZone, ofMonth);
}

function days(
  first: Temporal.PlainDate,
  count: number,
  timeZone: string,
  isOfMonth: (date: Temporal.PlainDate) => boolean,
): Day[] {
  return Array.from({ length: count }, (_, at): Day => {
    const date = first.add({ days: at });
    const start = date.toZonedDateTime(timeZone);
    const end = date.add({ days: 1 }).toZonedDateTime(timeZone);
    return {
      key: date.toString(),
      from: start.epochMilliseconds,
      to: end.epochMilliseconds,
      clockChange: 24 * 60 - (end.epochMilliseconds - start.epochMilliseconds) / 60_000,
      isOfMonth: isOfMonth(date),
    };
  });
}

/** The day to look at after going on by one view, or back: the same day of the next month where there is one. */
export function dayAfter(view: View, day: string, by: 1 | -1): string {
  const date = Temporal.PlainDate.from(day);
  return date.add(view === "week" ? { weeks: by } : { months: by }).toString();
}

/** The day so many days later, by the calendar. */
export function daysLater(day: string, count: number): string {
  return Temporal.PlainDate.from(day).add({ days: count }).toString();
}

interface Timed {
  readonly startsAt: number;
  readonly endsAt: number | null;
}

/** The items of each day, by its key: what lasts over several days stands in each of them. */
export function itemsByDay<Item extends Timed>(
  items: readonly Item[],
  shown: readonly Day[],
): ReadonlyMap<string, readonly Item[]> {
  return new Map(
    shown.map(({ key, from, to }) => [
      key,
      items.filter(({ startsAt, endsAt }) => {
        // What ends at midnight takes nothing of the day that begins then.
        const lastsInto = endsAt !== null && endsAt > from;
        return startsAt < to && (startsAt >= from || lastsInto);
      }),
    ]),
  );
}
