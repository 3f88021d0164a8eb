/** What those who teach tell everyone in a course. */
import type { Migration } from "#engines/store/port.ts";

export const announcements: Migration = {
  name: "courses/0002-announcements",
  up: (schema) => [
    schema
      .createTable("announcements")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("posted_by", "text", (column) => column.notNull())
      .addColumn("posted_at", "integer", (column) => column.notNull())
      .addColumn("removed_at", "integer"),
    schema.createIndex("announcements_by_course").on("announcements").columns(["course_id", "id"]),
  ],
};
