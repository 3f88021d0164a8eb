/** Imports of people: what a file said, what comes of each line, and what the last import said of each person. */
import type { Migration } from "#engines/store/port.ts";

export const peopleImports: Migration = {
  name: "identity/0005-people-imports",
  up: (schema) => [
    schema
      .createTable("people_imports")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("problem", "text")
      .addColumn("ignored_columns", "text", (column) => column.notNull())
      .addColumn("deactivate_missing", "integer", (column) => column.notNull())
      .addColumn("by_mail", "integer", (column) => column.notNull())
      .addColumn("rows_read", "integer", (column) => column.notNull())
      .addColumn("rows_applied", "integer", (column) => column.notNull())
      .addColumn("adds", "integer", (column) => column.notNull())
      .addColumn("changes", "integer", (column) => column.notNull())
      .addColumn("same", "integer", (column) => column.notNull())
      .addColumn("kept", "integer", (column) => column.notNull())
      .addColumn("deactivations", "integer", (column) => column.notNull())
      .addColumn("invalid", "integer", (column) => column.notNull())
      .addColumn("skipped", "integer", (column) => column.notNull())
      .addColumn("active_people", "integer", (column) => column.notNull())
      .addColumn("made_by", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("applied_by", "text")
      .addColumn("ended_at", "integer"),
    schema
      .createTable("people_import_rows")
      .addColumn("import_id", "text", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("line", "integer")
      .addColumn("outcome", "text", (column) => column.notNull())
      .addColumn("person_id", "text")
      .addColumn("person_version", "integer")
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("email", "text", (column) => column.notNull())
      .addColumn("roles", "text", (column) => column.notNull())
      .addColumn("said_name", "text", (column) => column.notNull())
      .addColumn("said_roles", "text", (column) => column.notNull())
      .addColumn("reason", "text")
      .addColumn("skipped", "text")
      .addPrimaryKeyConstraint("people_import_rows_pk", ["import_id", "position"]),
    schema
      .createIndex("people_import_rows_by_outcome")
      .on("people_import_rows")
      .columns(["import_id", "outcome", "position"]),
    schema
      .createIndex("people_import_rows_by_person")
      .on("people_import_rows")
      .columns(["import_id", "person_id"]),
    schema
      .createTable("people_roster")
      .addColumn("person_id", "text", (column) => column.notNull().primaryKey())
      .addColumn("import_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("roles", "text", (column) => column.notNull())
      .addColumn("deactivated", "integer", (column) => column.notNull()),
  ],
};
