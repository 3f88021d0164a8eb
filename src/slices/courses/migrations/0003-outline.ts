/** The clock that a course goes by, and its outline: modules in order, under headings in order. */
import type { Migration } from "#engines/store/port.ts";

export const outline: Migration = {
  name: "courses/0003-outline",
  up: (schema) => [
    schema.alterTable("courses").addColumn("time_zone", "text"),
    schema
      .createTable("course_sections")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("published", "integer", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema.createIndex("course_sections_by_course").on("course_sections").columns(["course_id", "position"]),
    schema
      .createTable("course_modules")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("section_id", "text")
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("summary", "text", (column) => column.notNull())
      .addColumn("published", "integer", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull())
      .addColumn("removed_at", "integer"),
    schema
      .createIndex("course_modules_by_course")
      .on("course_modules")
      .columns(["course_id", "section_id", "position"]),
  ],
};
