/** Taking events out of the calendar, and undoing that. */
import { z } from "zod";
import { changedBy } from "#slices/courses/api.ts";
import { calendarEventRemoved, calendarEventRestored } from "./events.ts";
import { eventOf, findEvent } from "./events-of-courses.ts";
import { teachesCourseOfAnyEvent } from "./policy.ts";
import { CalendarEvent, eventIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Removes an event, or with it those that follow in its series; putting back undoes exactly one such removal. */
export const removeEvent = operation({
  name: "calendar.removeEvent",
  summary: "Removes an event, or it and all that follow in its series; or puts them back.",
  kind: "command",
  input: z.strictObject({
    eventId: eventIdField,
    following: z
      .boolean()
      .default(false)
      .meta({ description: "Whether those that follow in its series go, or come back, with it." }),
    restore: z.boolean().default(false).meta({ description: "True to put removed ones back." }),
  }),
  output: CalendarEvent,
  policy: teachesCourseOfAnyEvent,
  async handle({ input, actor, tx, now, emit }) {
    const row = await findEvent(tx, input.eventId);
    const isRemoved = row.removed_at !== null;
    if (isRemoved !== input.restore) return eventOf(row);
    const changes = {
      removed_at: input.restore ? null : now,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    let update = tx
      .updateTable("calendar_events")
      .set((each) => ({ ...changes, version: each("version", "+", 1) }));
    update =
      input.following && row.series_id !== ""
        ? update.where("series_id", "=", row.series_id).where("starts_at", ">=", row.starts_at)
        : update.where("id", "=", row.id);
    // Whatever was removed before, on its own, stays removed.
    await (row.removed_at === null
      ? update.where("removed_at", "is", null)
      : update.where("removed_at", "=", row.removed_at)
    ).execute();
    emit(input.restore ? calendarEventRestored : calendarEventRemoved, {
      eventId: row.id,
      courseId: row.course_id,
    });
    return eventOf({ ...row, ...changes, version: row.version + 1 });
  },
});
