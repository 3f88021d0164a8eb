/** Who observes which student, and the codes by which a student lets somebody do so. */
import type { Migration } from "#engines/store/port.ts";

export const observers: Migration = {
  name: "observers/0001-observers",
  up: (schema) => [
    schema
      .createTable("observer_links")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("observer_id", "text", (column) => column.notNull())
      .addColumn("student_id", "text", (column) => column.notNull())
      .addColumn("origin", "text", (column) => column.notNull())
      .addColumn("made_by", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull()),
    schema
      .createIndex("observer_links_pair")
      .unique()
      .on("observer_links")
      .columns(["observer_id", "student_id"]),
    schema.createIndex("observer_links_by_observer").on("observer_links").columns(["observer_id", "id"]),
    schema.createIndex("observer_links_by_student").on("observer_links").columns(["student_id", "id"]),
    schema
      .createTable("pairing_codes")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("student_id", "text", (column) => column.notNull())
      .addColumn("secret_id", "text", (column) => column.notNull())
      .addColumn("code_hash", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull()),
    schema.createIndex("pairing_codes_by_hash").unique().on("pairing_codes").columns(["code_hash"]),
    schema.createIndex("pairing_codes_by_student").on("pairing_codes").columns(["student_id", "id"]),
  ],
};
