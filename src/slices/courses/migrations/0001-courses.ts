/** Courses and who is in them. */
import type { Migration } from "#engines/store/port.ts";

export const courses: Migration = {
  name: "courses/0001-courses",
  up: (schema) => [
    schema
      .createTable("courses")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("code", "text", (column) => column.notNull())
      .addColumn("code_key", "text", (column) => column.notNull())
      .addColumn("term", "text", (column) => column.notNull())
      .addColumn("term_key", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("summary", "text", (column) => column.notNull())
      .addColumn("join_code", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema.createIndex("courses_by_code").unique().on("courses").columns(["code_key", "term_key"]),
    schema.createIndex("courses_by_join_code").unique().on("courses").column("join_code"),
    schema
      .createTable("enrolments")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("origin", "text", (column) => column.notNull())
      .addColumn("since", "integer", (column) => column.notNull())
      .addColumn("ended_at", "integer")
      .addColumn("ended_by", "text"),
    // A person has one enrolment in a course for good: it is ended and revived, never doubled.
    schema.createIndex("enrolments_by_person").unique().on("enrolments").columns(["person_id", "course_id"]),
    schema.createIndex("enrolments_by_course").on("enrolments").columns(["course_id", "id"]),
  ],
};
