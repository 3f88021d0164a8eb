/** What people should know, how they want to be told, and the mails that told them. */
import type { Migration } from "#engines/store/port.ts";

export const notices: Migration = {
  name: "notices/0001-notices",
  up: (schema) => [
    schema
      .createTable("notices")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("event_key", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("subject_id", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull())
      .addColumn("read_at", "integer")
      .addColumn("mail_at", "integer")
      .addColumn("mail_as", "text")
      .addColumn("mail_id", "text"),
    schema.createIndex("notices_by_event").unique().on("notices").columns(["person_id", "event_key"]),
    schema.createIndex("notices_by_person").on("notices").columns(["person_id", "id"]),
    schema.createIndex("notices_unread").on("notices").columns(["person_id", "read_at"]),
    schema.createIndex("notices_by_mail_time").on("notices").columns(["mail_at", "person_id"]),
    schema.createIndex("notices_by_mail").on("notices").columns(["mail_id"]),
    schema.createIndex("notices_by_course").on("notices").columns(["course_id"]),
    schema.createIndex("notices_by_age").on("notices").columns(["created_at"]),
    schema
      .createTable("notice_mails")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("is_digest", "integer", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("ended_at", "integer"),
    schema.createIndex("notice_mails_by_person").on("notice_mails").columns(["person_id", "made_at"]),
    schema.createIndex("notice_mails_by_age").on("notice_mails").columns(["made_at"]),
    schema
      .createTable("notice_preferences")
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("mail", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("notice_preferences_key", ["person_id", "kind"]),
    schema
      .createTable("notice_settings")
      .addColumn("person_id", "text", (column) => column.notNull().primaryKey())
      .addColumn("digest_minute", "integer", (column) => column.notNull())
      .addColumn("quiet_from", "integer")
      .addColumn("quiet_to", "integer")
      .addColumn("version", "integer", (column) => column.notNull()),
    schema
      .createTable("reminders")
      .addColumn("assignment_id", "text", (column) => column.notNull())
      .addColumn("due_at", "integer", (column) => column.notNull())
      .addColumn("reminded_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("reminders_key", ["assignment_id", "due_at"]),
  ],
};
