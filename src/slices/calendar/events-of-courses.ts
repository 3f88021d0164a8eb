/** Rows of what takes place in courses: reading them, and checking their times. */
import type { Kysely } from "kysely";
import { Temporal } from "temporal-polyfill";
import { invalidField } from "#kernel/errors.ts";
import { type CalendarEvent, eventDurationMsMax } from "./schema.ts";
import type { CalendarEventsTable, CalendarTables } from "./tables.ts";

/** The event; for operations whose policy has found it there. */
export function findEvent(db: Kysely<CalendarTables>, eventId: string): Promise<CalendarEventsTable> {
  return db.selectFrom("calendar_events").selectAll().where("id", "=", eventId).executeTakeFirstOrThrow();
}

/** The row as the wire names it. */
export function eventOf(row: CalendarEventsTable): CalendarEvent {
  return {
    eventId: row.id,
    courseId: row.course_id,
    title: row.title,
    place: row.place,
    note: row.note,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    removedAt: row.removed_at,
    version: row.version,
  };
}

export interface Times {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Refuses an end before the beginning, and what lasts too long to be one event. */
export function requireTimes({ startsAt, endsAt }: Times): void {
  if (endsAt <= startsAt) throw invalidField("endsAt", "It must end after it begins.");
  if (endsAt - startsAt > eventDurationMsMax)
    throw invalidField("endsAt", "One event lasts at most 14 days. Make several of it.");
}

/** The same hours on the clock of `timeZone`, `weeks` weeks in a row, whatever that clock does in between. */
export function weekly(times: Times, weeks: number, timeZone: string): Times[] {
  const later = (at: number, count: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).add({ weeks: count })
      .epochMilliseconds;
  return Array.from({ length: weeks }, (_, week) => ({
    startsAt: later(times.startsAt, week),
    endsAt: later(times.endsAt, week),
  }));
}
