/** The clocks that people live by, where they have said so. */
import type { Migration } from "#engines/store/port.ts";

export const timeZonesOfPeople: Migration = {
  name: "identity/0006-time-zones-of-people",
  up: (schema) => [
    schema
      .createTable("person_time_zones")
      .addColumn("person_id", "text", (column) => column.notNull().primaryKey())
      .addColumn("time_zone", "text", (column) => column.notNull()),
  ],
};
