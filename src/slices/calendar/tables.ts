/** The rows that the calendar slice owns. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";

/** Something of a course that takes place at a time: a lecture, an exam. */
export interface CalendarEventsTable {
  id: string;
  course_id: string;
  /** What was made together: the same lecture each week. */
  series_id: string;
  title: string;
  place: string;
  note: string;
  starts_at: number;
  ends_at: number;
  removed_at: number | null;
  version: number;
  updated_by: string;
  updated_at: number;
}

/** The private address under which a person's calendar can be subscribed to. */
export interface CalendarFeedsTable {
  person_id: string;
  feed_id: string;
  /** SHA-256 of the secret in the address; the secret itself is nowhere in the store. */
  secret_hash: string;
  created_at: number;
}

export interface CalendarTables {
  calendar_events: CalendarEventsTable;
  calendar_feeds: CalendarFeedsTable;
}

/** Every table, with the columns that hold personal data. */
export const calendarTables: Readonly<Record<keyof CalendarTables, TableFacts>> = {
  calendar_events: { personal: ["updated_by"] },
  calendar_feeds: { personal: ["person_id", "feed_id", "secret_hash"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<CalendarTables>();
