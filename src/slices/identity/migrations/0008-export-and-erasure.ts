/** Exports of a person's data that were asked for, and erasures of people with what came of them. */
import type { Migration } from "#engines/store/port.ts";

export const exportAndErasure: Migration = {
  name: "identity/0008-export-and-erasure",
  up: (schema) => [
    schema
      .createTable("person_exports")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("asked_by", "text", (column) => column.notNull())
      .addColumn("asked_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull()),
    schema.createIndex("person_exports_by_end").on("person_exports").column("expires_at"),
    schema.createIndex("person_exports_by_asker").on("person_exports").columns(["asked_by", "id"]),
    schema
      .createTable("person_erasures")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("person_id", "text")
      .addColumn("name", "text")
      .addColumn("email", "text")
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("shares", "text", (column) => column.notNull())
      .addColumn("reason", "text")
      .addColumn("asked_by", "text", (column) => column.notNull())
      .addColumn("asked_at", "integer", (column) => column.notNull())
      .addColumn("confirmed_at", "integer")
      .addColumn("ended_at", "integer"),
    schema.createIndex("person_erasures_by_person").on("person_erasures").column("person_id"),
  ],
};
