/** What the calendar says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { lineField } from "#kernel/line-field.ts";
import { idField } from "#slices/courses/api.ts";

export const eventTitleLengthMax = 200;
export const eventPlaceLengthMax = 200;
export const eventNoteLengthMax = 4_000;
/** Events of one course that were not removed. */
export const eventsMax = 2_000;
/** Weeks of one series. */
export const weeksMax = 53;
export const eventDurationMsMax = 14 * 86_400_000;
/** How long a stretch one look at the calendar covers. */
export const stretchMsMax = 100 * 86_400_000;
/** Items that one look gives; beyond them it says so. */
export const itemsMax = 1_000;
/** What a subscribed calendar holds, around the day on which it is fetched. */
export const feedMsBefore = 60 * 86_400_000;
export const feedMsAfter = 400 * 86_400_000;

/** 1 January 3000: later dates are slips of the finger, and some calendars stumble over them. */
const instantMax = 32_503_680_000_000;
export const instantField = (what: string) =>
  z
    .int()
    .min(0)
    .max(instantMax)
    .meta({ description: `${what}, milliseconds UTC.` });

export const eventIdField = idField("the event");
export const eventTitleField = lineField(eventTitleLengthMax, "What takes place: Lecture 3.");
export const eventPlaceField = z
  .string()
  .max(eventPlaceLengthMax)
  .regex(/^\P{Cc}*$/u, "This must be one line, without control characters.")
  .meta({ description: "Where: a room, or an address of a video call." });
export const eventNoteField = z
  .string()
  .max(eventNoteLengthMax)
  .meta({ description: "More about it, in plain text." });

export const calendarItemKinds = [
  "event",
  "due",
  "until",
  "available",
  "announcement",
  "material_available",
  "material_until",
] as const;
export const CalendarItemKind = z.enum(calendarItemKinds).meta({ id: "CalendarItemKind" });
export type CalendarItemKind = z.output<typeof CalendarItemKind>;

export const CalendarItem = z
  .object({
    kind: CalendarItemKind,
    subjectId: z
      .string()
      .meta({ description: "The id of the event, the assignment, the announcement or the material." }),
    courseId: z.string(),
    title: z.string(),
    place: z.string(),
    note: z.string(),
    startsAt: z.int().meta({ description: "Milliseconds UTC." }),
    endsAt: z.int().nullable().meta({ description: "Milliseconds UTC; null for a moment." }),
    isDraft: z.boolean().meta({ description: "Whether only those who teach see it yet." }),
    inSeries: z.boolean().meta({ description: "Whether it takes place in other weeks too." }),
    version: z.int().meta({ description: "For a change of an event." }),
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "CalendarItem" });
export type CalendarItem = z.output<typeof CalendarItem>;

/** A course as the calendar shows it. */
export const CalendarCourse = z
  .object({
    courseId: z.string(),
    code: z.string(),
    title: z.string(),
    timeZone: z.string(),
    mayTeach: z.boolean().meta({
      description: "Whether you may change its calendar: you teach it, and it is not archived.",
    }),
  })
  .meta({ id: "CalendarCourse" });
export type CalendarCourse = z.output<typeof CalendarCourse>;

export const CalendarEvent = z
  .object({
    eventId: z.string(),
    courseId: z.string(),
    title: z.string(),
    place: z.string(),
    note: z.string(),
    startsAt: z.int().meta({ description: "Milliseconds UTC." }),
    endsAt: z.int().meta({ description: "Milliseconds UTC." }),
    removedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was removed." }),
    version: z.int(),
  })
  .meta({ id: "CalendarEvent" });
export type CalendarEvent = z.output<typeof CalendarEvent>;
