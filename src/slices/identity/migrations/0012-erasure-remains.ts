/** Where something of somebody who was erased still stands, and until when, as it was when the erasure ended. */
import type { Migration } from "#engines/store/port.ts";

export const erasureRemains: Migration = {
  name: "identity/0012-erasure-remains",
  up: (schema) => [
    schema
      .alterTable("person_erasures")
      .addColumn("remains", "text", (column) => column.notNull().defaultTo("[]")),
  ],
};
