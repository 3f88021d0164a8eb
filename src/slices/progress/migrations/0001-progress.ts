/** When people looked at their Today. */
import type { Migration } from "#engines/store/port.ts";

export const progress: Migration = {
  name: "progress/0001-progress",
  up: (schema) => [
    schema
      .createTable("today_visits")
      .addColumn("person_id", "text", (column) => column.notNull().primaryKey())
      .addColumn("since_at", "integer")
      .addColumn("seen_at", "integer", (column) => column.notNull()),
  ],
};
