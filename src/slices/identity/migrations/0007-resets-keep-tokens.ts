/** A link to a new password that leaves the person's programs alone. */
import type { Migration } from "#engines/store/port.ts";

export const resetsKeepTokens: Migration = {
  name: "identity/0007-resets-keep-tokens",
  up: (schema) => [
    schema
      .alterTable("password_resets")
      .addColumn("keeps_access_tokens", "integer", (column) => column.notNull().defaultTo(0)),
  ],
};
