/** The first tables of identity. */
import type { Migration } from "#engines/store/port.ts";

export const identity0001: Migration = {
  name: "identity/0001-identity",
  up: (schema) => [
    schema
      .createTable("school")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("instructors_create_courses", "integer", (column) => column.notNull())
      .addColumn("demo", "integer", (column) => column.notNull())
      .addColumn("set_up_at", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull()),
    schema
      .createTable("people")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("name_key", "text", (column) => column.notNull())
      .addColumn("search_key", "text", (column) => column.notNull())
      .addColumn("email", "text", (column) => column.notNull())
      .addColumn("active", "integer", (column) => column.notNull())
      .addColumn("password_hash", "text")
      .addColumn("password_version", "integer", (column) => column.notNull())
      .addColumn("demo", "integer", (column) => column.notNull())
      .addColumn("added_at", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull()),
    schema.createIndex("people_by_email").on("people").column("email").unique(),
    schema.createIndex("people_by_name").on("people").columns(["name_key", "id"]),
    schema
      .createTable("person_roles")
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("person_roles_pk", ["person_id", "role"]),
    schema.createIndex("person_roles_by_role").on("person_roles").columns(["role", "person_id"]),
    schema
      .createTable("sessions")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("scope", "text", (column) => column.notNull())
      .addColumn("opened_at", "integer", (column) => column.notNull())
      .addColumn("renewed_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addColumn("ends_at", "integer", (column) => column.notNull())
      .addColumn("revoked_at", "integer")
      .addColumn("place", "text", (column) => column.notNull())
      .addColumn("device", "text", (column) => column.notNull()),
    schema.createIndex("sessions_by_person").on("sessions").columns(["person_id", "id"]),
    schema
      .createTable("access_tokens")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("scope", "text", (column) => column.notNull())
      .addColumn("last_four", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addColumn("revoked_at", "integer"),
    schema.createIndex("access_tokens_by_person").on("access_tokens").columns(["person_id", "id"]),
    schema
      .createTable("invitations")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addColumn("used_at", "integer"),
    schema.createIndex("invitations_by_person").on("invitations").column("person_id"),
  ],
};
