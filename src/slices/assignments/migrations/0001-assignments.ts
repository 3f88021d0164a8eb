/** Assignments, what students hand in, and the marks for it. */
import type { Migration } from "#engines/store/port.ts";

export const assignments: Migration = {
  name: "assignments/0001-assignments",
  up: (schema) => [
    schema
      .createTable("assignments")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("instructions", "text", (column) => column.notNull())
      .addColumn("points_max_hundredths", "integer", (column) => column.notNull())
      .addColumn("due_at", "integer")
      .addColumn("due_key", "integer", (column) => column.notNull())
      .addColumn("published", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema.createIndex("assignments_by_course").on("assignments").columns(["course_id", "due_key", "id"]),
    schema
      .createTable("submissions")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("assignment_id", "text", (column) => column.notNull())
      .addColumn("student_id", "text", (column) => column.notNull())
      .addColumn("attempt", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema
      .createIndex("submissions_by_student")
      .unique()
      .on("submissions")
      .columns(["assignment_id", "student_id"]),
    schema.createIndex("submissions_by_assignment").on("submissions").columns(["assignment_id", "id"]),
    schema
      .createTable("submission_attempts")
      .addColumn("submission_id", "text", (column) => column.notNull())
      .addColumn("attempt", "integer", (column) => column.notNull())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("media_type", "text", (column) => column.notNull())
      .addColumn("bytes", "integer", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("received_at", "integer", (column) => column.notNull())
      .addColumn("late", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("submission_attempts_pk", ["submission_id", "attempt"]),
    schema
      .createTable("grades")
      .addColumn("submission_id", "text", (column) => column.notNull())
      .addColumn("student_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("assignment_id", "text", (column) => column.notNull())
      .addColumn("attempt", "integer", (column) => column.notNull())
      .addColumn("points_hundredths", "integer", (column) => column.notNull())
      .addColumn("feedback", "text", (column) => column.notNull())
      .addColumn("graded_by", "text", (column) => column.notNull())
      .addColumn("graded_at", "integer", (column) => column.notNull())
      .addColumn("released_at", "integer")
      .addPrimaryKeyConstraint("grades_pk", ["submission_id", "student_id"]),
    schema.createIndex("grades_by_course").on("grades").columns(["course_id", "submission_id"]),
    schema
      .createIndex("grades_by_student")
      .on("grades")
      .columns(["course_id", "student_id", "submission_id"]),
    schema.createIndex("grades_by_assignment").on("grades").columns(["assignment_id", "submission_id"]),
  ],
};
