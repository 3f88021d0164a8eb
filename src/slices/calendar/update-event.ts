/** Changing what takes place: another room, another hour. */
import { z } from "zod";
import { changedBy, cleanLine, requireVersion, versionField } from "#slices/courses/api.ts";
import { calendarEventUpdated } from "./events.ts";
import { eventOf, findEvent, requireTimes } from "./events-of-courses.ts";
import { teachesCourseOfEvent } from "./policy.ts";
import {
  CalendarEvent,
  eventIdField,
  eventNoteField,
  eventPlaceField,
  eventTitleField,
  instantField,
} from "./schema.ts";
import { operation } from "./tables.ts";

/** Changes the fields that are given, of this one event; the others of its series stay as they are. */
export const updateEvent = operation({
  name: "calendar.updateEvent",
  summary: "Changes an event of a course: its name, place, note or time.",
  kind: "command",
  input: z.strictObject({
    eventId: eventIdField,
    version: versionField("the event"),
    title: eventTitleField.optional(),
    place: eventPlaceField.optional(),
    note: eventNoteField.optional(),
    startsAt: instantField("The beginning").optional(),
    endsAt: instantField("The end").optional(),
  }),
  output: CalendarEvent,
  policy: teachesCourseOfEvent,
  refusals: { stale_version: "conflict" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await findEvent(tx, input.eventId);
    await requireVersion(tx, "the event", row, input.version);
    const times = { startsAt: input.startsAt ?? row.starts_at, endsAt: input.endsAt ?? row.ends_at };
    requireTimes(times);
    const changes = {
      title: cleanLine(input.title ?? row.title),
      place: cleanLine(input.place ?? row.place),
      note: input.note ?? row.note,
      starts_at: times.startsAt,
      ends_at: times.endsAt,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("calendar_events").set(changes).where("id", "=", row.id).execute();
    emit(calendarEventUpdated, { eventId: row.id, courseId: row.course_id });
    return eventOf({ ...row, ...changes });
  },
});
