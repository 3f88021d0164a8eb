/** Ways back in, and addresses that wait to be confirmed. */
import type { Migration } from "#engines/store/port.ts";

export const people: Migration = {
  name: "identity/0004-people",
  up: (schema) => [
    schema
      .createTable("password_resets")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("made_by", "text")
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addColumn("used_at", "integer"),
    schema.createIndex("password_resets_by_person").on("password_resets").column("person_id"),
    schema
      .createTable("password_reset_requests")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("email", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull()),
    schema
      .createTable("email_changes")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("email", "text", (column) => column.notNull())
      .addColumn("asked_by", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addColumn("used_at", "integer"),
    schema.createIndex("email_changes_by_person").on("email_changes").column("person_id").unique(),
  ],
};
