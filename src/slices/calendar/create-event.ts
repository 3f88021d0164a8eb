/** Putting a lecture, an exam, an excursion into the calendar of a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, cleanLine, courseIdField, courseTimeZone, teachesCourse } from "#slices/courses/api.ts";
import { calendarEventCreated } from "./events.ts";
import { eventOf, requireTimes, weekly } from "./events-of-courses.ts";
import {
  CalendarEvent,
  eventNoteField,
  eventPlaceField,
  eventsMax,
  eventTitleField,
  instantField,
  weeksMax,
} from "./schema.ts";
import { operation } from "./tables.ts";

/** Makes an event, or one in each of several weeks at the same hour of the course's clock. */
export const createEvent = operation({
  name: "calendar.createEvent",
  summary: "Puts an event into a course's calendar, once or every week.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    title: eventTitleField,
    place: eventPlaceField.default(""),
    note: eventNoteField.default(""),
    startsAt: instantField("The beginning"),
    endsAt: instantField("The end"),
    weeks: z
      .int()
      .min(1)
      .max(weeksMax)
      .default(1)
      .meta({ description: "In how many weeks it takes place, the first included." }),
  }),
  output: z.object({ items: z.array(CalendarEvent) }),
  policy: teachesCourse,
  refusals: { too_many_events: "failed_precondition" },
  examples: [
    {
      summary: "A lecture in fifteen weeks",
      input: {
        courseId: "01a1fc9d-feda-7000-ab33-c7ffadd4fa47",
        title: "Lecture",
        place: "Room 204",
        startsAt: 1_792_998_000_000,
        endsAt: 1_793_003_400_000,
        weeks: 15,
      },
    },
  ],
  async handle({ input, actor, tx, now, newId, emit }) {
    const { courseId, weeks } = input;
    requireTimes(input);
    const { events } = await tx
      .selectFrom("calendar_events")
      .select((each) => each.fn.countAll<number>().as("events"))
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .executeTakeFirstOrThrow();
    if (Number(events) + weeks > eventsMax)
      throw new Refusal("too_many_events", `A course has up to ${eventsMax} events; it has ${events} now.`);
    const seriesId = weeks === 1 ? "" : newId();
    const rows = weekly(input, weeks, await courseTimeZone(tx, courseId)).map(({ startsAt, endsAt }) => ({
      id: newId(),
      course_id: courseId,
      series_id: seriesId,
      title: cleanLine(input.title),
      place: cleanLine(input.place),
      note: input.note,
      starts_at: startsAt,
      ends_at: endsAt,
      removed_at: null,
      version: 1,
      updated_by: changedBy(actor),
      updated_at: now,
    }));
    await tx.insertInto("calendar_events").values(rows).execute();
    const [first] = rows;
    emit(calendarEventCreated, { eventId: present(first, "a series has a first event").id, courseId });
    return { items: rows.map(eventOf) };
  },
});
