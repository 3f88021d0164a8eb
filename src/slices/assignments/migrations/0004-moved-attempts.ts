/** Where attempts went whose submission was united with another one of the same person. */
import type { Migration } from "#engines/store/port.ts";

export const movedAttempts: Migration = {
  name: "assignments/0004-moved-attempts",
  up: (schema) => [
    schema
      .createTable("moved_attempts")
      .addColumn("submission_id", "text", (column) => column.notNull())
      .addColumn("attempt", "integer", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("to_submission_id", "text", (column) => column.notNull())
      .addColumn("to_attempt", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("moved_attempts_pk", ["submission_id", "attempt"]),
    schema.createIndex("moved_attempts_by_course").on("moved_attempts").column("course_id"),
  ],
};
