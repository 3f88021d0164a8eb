/** What is when. */
import { z } from "zod";
import { invalidField } from "#kernel/errors.ts";
import { courseIdField } from "#slices/courses/api.ts";
import { timeZonesOf } from "#slices/identity/api.ts";
import { gatherItems } from "./items.ts";
import { seesCalendar } from "./policy.ts";
import { CalendarCourse, CalendarItem, instantField, itemsMax, stretchMsMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives what is due and what takes place in a stretch of time, in all of one's courses or in one of them. */
export const getCalendar = operation({
  name: "calendar.getCalendar",
  summary: "Gives everything dated in a stretch of time: in your courses, or in one of them.",
  kind: "read",
  input: z.strictObject({
    from: instantField("The beginning"),
    to: instantField("The end, which is not part of it; at most 100 days later"),
    courseId: courseIdField.optional(),
  }),
  output: z.object({
    items: z.array(CalendarItem),
    isComplete: z.boolean().meta({ description: "False when there is more: ask for a shorter stretch." }),
    courses: z.array(CalendarCourse),
    timeZone: z.string().meta({ description: "The time zone that you live by." }),
  }),
  policy: seesCalendar,
  examples: [{ summary: "One November", input: { from: 1_793_487_600_000, to: 1_796_079_600_000 } }],
  async handle({ input, actor, db, now }) {
    const { from, to, courseId } = input;
    if (to <= from) throw invalidField("to", "The end must lie after the beginning.");
    if (to - from > stretchMsMax)
      throw invalidField("to", "One look covers at most 100 days. Ask for the rest in another one.");
    const { items, courses, isComplete } = await gatherItems(
      db,
      actor,
      { from, to, limit: itemsMax, now },
      courseId,
    );
    const personId = actor.kind === "person" ? actor.personId : "";
    return {
      items: [...items],
      isComplete,
      courses: courses.map(({ courseId: id, code, title, timeZone, teaches, isArchived }) => ({
        courseId: id,
        code,
        title,
        timeZone,
        mayTeach: teaches && !isArchived,
      })),
      timeZone: (await timeZonesOf(db, [personId])).get(personId) ?? "UTC",
    };
  },
});
