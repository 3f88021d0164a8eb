/** When the last word that says whom an erasure was about went from its row. */
import type { Migration } from "#engines/store/port.ts";

export const forgotten: Migration = {
  name: "identity/0010-forgotten",
  up: (schema) => [schema.alterTable("person_erasures").addColumn("forgotten_at", "integer")],
};
