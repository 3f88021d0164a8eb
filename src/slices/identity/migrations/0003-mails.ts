/** Mails to people: what is to be sent, and what became of it. */
import type { Migration } from "#engines/store/port.ts";

export const mails: Migration = {
  name: "identity/0003-mails",
  up: (schema) => [
    schema
      .createTable("mails")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("mail_key", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("address", "text")
      .addColumn("about_id", "text")
      .addColumn("subject", "text")
      .addColumn("body", "text")
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("sent_at", "integer")
      .addColumn("failed_at", "integer")
      .addColumn("reason", "text"),
    schema.createIndex("mails_by_key").on("mails").column("mail_key").unique(),
    schema.createIndex("mails_by_person").on("mails").columns(["person_id", "id"]),
    schema.createIndex("mails_by_time").on("mails").column("made_at"),
  ],
};
