/** What has happened to the events of courses, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type Facts = { eventId: string; courseId: string };
/** Once for a whole series: `eventId` is the first of it. */
export const calendarEventCreated = eventType<Facts>("calendar_event.created");
export const calendarEventUpdated = eventType<Facts>("calendar_event.updated");
export const calendarEventRemoved = eventType<Facts>("calendar_event.removed");
export const calendarEventRestored = eventType<Facts>("calendar_event.restored");
/** A person's calendar has another address, or the first one. */
export const calendarFeedRenewed = eventType<{ personId: string }>("calendar_feed.renewed");
export const calendarFeedClosed = eventType<{ personId: string }>("calendar_feed.closed");
