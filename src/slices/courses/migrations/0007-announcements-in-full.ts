/** Announcements that are edited, pinned, posted later, carry files, and know who has read them. */
import type { Migration } from "#engines/store/port.ts";

export const announcementsInFull: Migration = {
  name: "courses/0007-announcements-in-full",
  up: (schema) => [
    schema
      .alterTable("announcements")
      .addColumn("posted", "integer", (column) => column.notNull().defaultTo(1)),
    schema
      .alterTable("announcements")
      .addColumn("pinned", "integer", (column) => column.notNull().defaultTo(0)),
    schema.alterTable("announcements").addColumn("edited_at", "integer"),
    schema
      .alterTable("announcements")
      .addColumn("version", "integer", (column) => column.notNull().defaultTo(1)),
    schema
      .alterTable("announcements")
      .addColumn("updated_by", "text", (column) => column.notNull().defaultTo("")),
    schema
      .alterTable("announcements")
      .addColumn("updated_at", "integer", (column) => column.notNull().defaultTo(0)),
    schema
      .createIndex("announcements_by_time")
      .on("announcements")
      .columns(["course_id", "pinned", "posted_at", "id"]),
    schema.createIndex("announcements_waiting").on("announcements").columns(["posted", "posted_at"]),
    schema
      .createTable("announcement_reads")
      .addColumn("announcement_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("read_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("announcement_reads_key", ["announcement_id", "person_id"]),
    schema
      .createIndex("announcement_reads_by_course")
      .on("announcement_reads")
      .columns(["course_id", "announcement_id"]),
    schema.createIndex("announcement_reads_by_person").on("announcement_reads").column("person_id"),
    schema
      .createTable("announcement_files")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("announcement_id", "text")
      .addColumn("added_by", "text", (column) => column.notNull())
      .addColumn("added_at", "integer", (column) => column.notNull())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("media_type", "text", (column) => column.notNull())
      .addColumn("bytes", "integer", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull()),
    schema
      .createIndex("announcement_files_by_announcement")
      .on("announcement_files")
      .columns(["announcement_id", "id"]),
    schema
      .createIndex("announcement_files_by_course")
      .on("announcement_files")
      .columns(["course_id", "added_by"]),
    schema.createIndex("announcement_files_by_time").on("announcement_files").column("added_at"),
  ],
};
