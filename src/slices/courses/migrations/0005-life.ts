/** The life of a course (draft, published, archived, in the trash), terms, and copies that are being made. */
import type { Migration } from "#engines/store/port.ts";

export const life: Migration = {
  name: "courses/0005-life",
  up: (schema) => [
    schema.alterTable("courses").addColumn("published", "integer", (column) => column.notNull().defaultTo(1)),
    schema.alterTable("courses").addColumn("staged", "integer", (column) => column.notNull().defaultTo(0)),
    schema.alterTable("courses").addColumn("archived_at", "integer"),
    schema.alterTable("courses").addColumn("archived_by", "text"),
    schema.alterTable("courses").addColumn("trashed_at", "integer"),
    schema.alterTable("courses").addColumn("trashed_by", "text"),
    schema.createIndex("courses_by_trash").on("courses").columns(["trashed_at", "id"]),
    schema.createIndex("courses_by_term").on("courses").columns(["term_key", "id"]),
    schema
      .createTable("terms")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("name_key", "text", (column) => column.notNull())
      .addColumn("first_day", "text", (column) => column.notNull())
      .addColumn("last_day", "text", (column) => column.notNull())
      .addColumn("current", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema.createIndex("terms_by_name").unique().on("terms").column("name_key"),
    schema.createIndex("terms_by_day").on("terms").columns(["first_day", "id"]),
    schema
      .createTable("course_copies")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("source_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("asked_by", "text", (column) => column.notNull())
      .addColumn("asked_at", "integer", (column) => column.notNull())
      .addColumn("choices", "text", (column) => column.notNull())
      .addColumn("shift_days", "integer", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("done", "integer", (column) => column.notNull())
      .addColumn("total", "integer")
      .addColumn("reason", "text")
      .addColumn("ended_at", "integer"),
    schema.createIndex("course_copies_by_person").on("course_copies").columns(["asked_by", "id"]),
    schema.createIndex("course_copies_by_end").on("course_copies").columns(["ended_at", "id"]),
  ],
};
