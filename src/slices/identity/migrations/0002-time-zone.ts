/** The clock that the school goes by, where nothing else is said. */
import type { Migration } from "#engines/store/port.ts";

export const timeZone: Migration = {
  name: "identity/0002-time-zone",
  up: (schema) => [
    schema.alterTable("school").addColumn("time_zone", "text", (column) => column.notNull().defaultTo("UTC")),
  ],
};
