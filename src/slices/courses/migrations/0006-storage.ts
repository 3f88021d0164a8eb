/** How much the files of a course may take: for the school, and for single courses. */
import type { Migration } from "#engines/store/port.ts";

export const storage: Migration = {
  name: "courses/0006-storage",
  up: (schema) => [
    schema.alterTable("courses").addColumn("storage_bytes_max", "integer"),
    schema
      .createTable("course_defaults")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("storage_bytes_max", "integer", (column) => column.notNull()),
  ],
};
