/** What takes place in courses, and the addresses under which calendars are subscribed to. */
import type { Migration } from "#engines/store/port.ts";

export const calendar: Migration = {
  name: "calendar/0001-calendar",
  up: (schema) => [
    schema
      .createTable("calendar_events")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("series_id", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("place", "text", (column) => column.notNull())
      .addColumn("note", "text", (column) => column.notNull())
      .addColumn("starts_at", "integer", (column) => column.notNull())
      .addColumn("ends_at", "integer", (column) => column.notNull())
      .addColumn("removed_at", "integer")
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema.createIndex("calendar_events_by_course").on("calendar_events").columns(["course_id", "starts_at"]),
    schema.createIndex("calendar_events_by_series").on("calendar_events").columns(["series_id", "starts_at"]),
    schema
      .createTable("calendar_feeds")
      .addColumn("person_id", "text", (column) => column.notNull().primaryKey())
      .addColumn("feed_id", "text", (column) => column.notNull())
      .addColumn("secret_hash", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull()),
    schema.createIndex("calendar_feeds_by_secret").unique().on("calendar_feeds").column("secret_hash"),
  ],
};
