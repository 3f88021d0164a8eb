/** Table of contents of the calendar: what is due and what takes place, and when. */
import type { Slice } from "#kernel/slice.ts";
import { closeFeed } from "./close-feed.ts";
import { calendarLife } from "./course-life.ts";
import { createEvent } from "./create-event.ts";
import { getCalendar } from "./get-calendar.ts";
import { getFeed } from "./get-feed.ts";
import { calendar } from "./migrations/0001-calendar.ts";
import { openFeed } from "./open-feed.ts";
import { calendarPerson } from "./person-life.ts";
import { readFeed } from "./read-feed.ts";
import { removeEvent } from "./remove-event.ts";
import { calendarTables } from "./tables.ts";
import { updateEvent } from "./update-event.ts";

export const calendarSlice = {
  name: "calendar",
  grpcService: "CalendarService",
  summary: "What is due and what takes place, in the courses of whoever asks.",
  operations: [getCalendar, createEvent, updateEvent, removeEvent, getFeed, openFeed, closeFeed, readFeed],
  migrations: [calendar],
  tables: calendarTables,
  course: calendarLife,
  person: calendarPerson,
} as const satisfies Slice;
