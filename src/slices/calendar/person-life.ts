/** The calendar in the life of a person: events are the course's, the address of a feed is its owner's. */
import { personLifeFor } from "#kernel/person-life.ts";
import type { CalendarTables } from "./tables.ts";

export const calendarPerson = personLifeFor<CalendarTables>()({
  tables: {
    calendar_events: { key: ["id"], authored: ["updated_by"] },
    calendar_feeds: {
      key: ["person_id"],
      theirs: ["person_id"],
      shown: "The private address of the calendar",
      leaveOut: ["feed_id", "secret_hash"],
      // Whoever knows the address of the old one saw that account, and is not to see this one.
      whenMerged: "ended",
    },
  },
});
