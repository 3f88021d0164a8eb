/** Ways into a course: links, imports of its members, a join code that can be off, and where each enrolment came from. */
import type { Migration } from "#engines/store/port.ts";

export const waysIn: Migration = {
  name: "courses/0008-ways-in",
  up: (schema) => [
    schema
      .alterTable("courses")
      .addColumn("join_code_off", "integer", (column) => column.notNull().defaultTo(0)),
    // The link or the import that an enrolment came by.
    schema.alterTable("enrolments").addColumn("origin_id", "text"),
    schema.createIndex("enrolments_by_origin").on("enrolments").columns(["origin_id", "id"]),
    schema
      .createTable("course_links")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("label", "text", (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("secret_id", "text", (column) => column.notNull())
      .addColumn("secret_hash", "text", (column) => column.notNull())
      .addColumn("uses", "integer", (column) => column.notNull())
      .addColumn("uses_max", "integer")
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addColumn("made_by", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("revoked_at", "integer")
      .addColumn("revoked_by", "text"),
    schema.createIndex("course_links_by_course").on("course_links").columns(["course_id", "id"]),
    schema.createIndex("course_links_by_secret").unique().on("course_links").column("secret_hash"),
    schema
      .createTable("roster_imports")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("group_set_id", "text")
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("problem", "text")
      .addColumn("ignored_columns", "text", (column) => column.notNull())
      .addColumn("remove_missing", "integer", (column) => column.notNull())
      .addColumn("invite_unknown", "integer", (column) => column.notNull())
      .addColumn("by_mail", "integer", (column) => column.notNull())
      .addColumn("rows_read", "integer", (column) => column.notNull())
      .addColumn("rows_applied", "integer", (column) => column.notNull())
      .addColumn("adds", "integer", (column) => column.notNull())
      .addColumn("changes", "integer", (column) => column.notNull())
      .addColumn("same", "integer", (column) => column.notNull())
      .addColumn("kept", "integer", (column) => column.notNull())
      .addColumn("removals", "integer", (column) => column.notNull())
      .addColumn("unknown", "integer", (column) => column.notNull())
      .addColumn("invalid", "integer", (column) => column.notNull())
      .addColumn("new_groups", "integer", (column) => column.notNull())
      .addColumn("invited", "integer", (column) => column.notNull())
      .addColumn("skipped", "integer", (column) => column.notNull())
      .addColumn("members", "integer", (column) => column.notNull())
      .addColumn("made_by", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("applied_by", "text")
      .addColumn("ended_at", "integer"),
    schema.createIndex("roster_imports_by_course").on("roster_imports").columns(["course_id", "id"]),
    schema.createIndex("roster_imports_by_time").on("roster_imports").columns(["made_at", "id"]),
    schema
      .createTable("roster_import_rows")
      .addColumn("import_id", "text", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("line", "integer")
      .addColumn("outcome", "text", (column) => column.notNull())
      .addColumn("person_id", "text")
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("email", "text", (column) => column.notNull())
      .addColumn("role", "text")
      .addColumn("group_name", "text")
      .addColumn("said_role", "text")
      .addColumn("said_group", "text")
      .addColumn("reason", "text")
      .addColumn("skipped", "text")
      .addPrimaryKeyConstraint("roster_import_rows_pk", ["import_id", "position"]),
    schema
      .createIndex("roster_import_rows_by_outcome")
      .on("roster_import_rows")
      .columns(["import_id", "outcome", "position"]),
    schema
      .createIndex("roster_import_rows_by_person")
      .on("roster_import_rows")
      .columns(["person_id", "import_id"]),
    schema.createIndex("roster_import_rows_by_email").on("roster_import_rows").columns(["email"]),
    // What the last import said of each member, which the next one is compared with.
    schema
      .createTable("course_roster")
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("import_id", "text", (column) => column.notNull())
      .addColumn("role", "text", (column) => column.notNull())
      .addColumn("group_name", "text")
      .addColumn("removed", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("course_roster_pk", ["course_id", "person_id"]),
    schema.createIndex("course_roster_by_person").on("course_roster").columns(["person_id"]),
  ],
};
