/**
 * Items as iCalendar (RFC 5545). Every time is an instant in UTC, a series is so many events: there is no rule that a
 * program could unfold by another clock than the course's. Nothing in the text depends on when it was made.
 */
import ical, { ICalCalendarMethod, ICalEventTransparency } from "ical-generator";
import type { CalendarItem, CalendarItemKind } from "./schema.ts";

const words: Readonly<Record<CalendarItemKind, string>> = {
  event: "",
  due: "Due: ",
  until: "Closes: ",
  available: "Opens: ",
  announcement: "",
  material_available: "Opens: ",
  material_until: "Closes: ",
};

/** How often programs should come by. */
const refreshSeconds = 3_600;

/** The items as a calendar, each with its course's code before it. Announcements are news, not dates: they stay out. */
export function iCalendarOf(
  items: readonly CalendarItem[],
  courses: readonly { readonly courseId: string; readonly code: string }[],
): string {
  const codes = new Map(courses.map(({ courseId, code }) => [courseId, code]));
  const calendar = ical({
    name: "Lyceum",
    prodId: { company: "Lyceum", product: "Calendar" },
    method: ICalCalendarMethod.PUBLISH,
    ttl: refreshSeconds,
  });
  for (const item of items) {
    if (item.kind === "announcement") continue;
    calendar.createEvent({
      id: `${item.kind}-${item.subjectId}@lyceum`,
      sequence: item.version - 1,
      summary: `${codes.get(item.courseId) ?? ""} ${words[item.kind]}${item.title}`.trim(),
      start: new Date(item.startsAt),
      end: new Date(item.endsAt ?? item.startsAt),
      stamp: new Date(item.updatedAt),
      lastModified: new Date(item.updatedAt),
      // A lecture takes its time; that something is due leaves one free.
      transparency: item.kind === "event" ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
      ...(item.place === "" ? {} : { location: item.place }),
      ...(item.note === "" ? {} : { description: item.note }),
    });
  }
  return calendar.toString();
}
