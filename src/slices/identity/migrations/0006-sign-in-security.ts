/** Second steps, passkeys, what a session is seen doing, and looking at the school as somebody else. */
import type { Migration } from "#engines/store/port.ts";

export const signInSecurity: Migration = {
  name: "identity/0006-sign-in-security",
  up: (schema) => [
    schema
      .createTable("totp_enrolments")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("confirmed_at", "integer")
      .addColumn("last_step", "integer", (column) => column.notNull()),
    schema.createIndex("totp_enrolments_by_person").on("totp_enrolments").column("person_id"),
    schema
      .createTable("recovery_codes")
      .addColumn("set_id", "text", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("code_hash", "text", (column) => column.notNull())
      .addColumn("used_at", "integer")
      .addPrimaryKeyConstraint("recovery_codes_pk", ["set_id", "position"]),
    schema.createIndex("recovery_codes_by_person").on("recovery_codes").column("person_id"),
    schema
      .createTable("passkeys")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("credential_id", "text", (column) => column.notNull())
      .addColumn("public_key", "text", (column) => column.notNull())
      .addColumn("counter", "integer", (column) => column.notNull())
      .addColumn("transports", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("synced", "integer", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("used_at", "integer"),
    schema.createIndex("passkeys_by_person").on("passkeys").column("person_id"),
    schema.createIndex("passkeys_by_credential").on("passkeys").column("credential_id").unique(),
    schema
      .createTable("sign_in_challenges")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("purpose", "text", (column) => column.notNull())
      .addColumn("person_id", "text")
      .addColumn("scope", "text")
      .addColumn("password_version", "integer")
      .addColumn("enrolment_id", "text")
      .addColumn("nonce", "text", (column) => column.notNull())
      .addColumn("device_id", "text")
      .addColumn("expires_at", "integer", (column) => column.notNull()),
    schema.createIndex("sign_in_challenges_by_end").on("sign_in_challenges").column("expires_at"),
    schema
      .alterTable("school")
      .addColumn("two_step_required_for", "text", (c) => c.notNull().defaultTo("nobody")),
    schema.alterTable("sessions").addColumn("signed_in_by", "text", (c) => c.notNull().defaultTo("password")),
    schema.alterTable("sessions").addColumn("is_new_device", "integer", (c) => c.notNull().defaultTo(0)),
    schema.alterTable("sessions").addColumn("seen_at", "integer"),
    schema.alterTable("sessions").addColumn("view_person_id", "text"),
    schema.alterTable("sessions").addColumn("view_course_id", "text"),
    schema.alterTable("sessions").addColumn("view_until", "integer"),
    schema.alterTable("access_tokens").addColumn("seen_at", "integer"),
  ],
};
