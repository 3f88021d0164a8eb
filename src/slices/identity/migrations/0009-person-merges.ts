/** Accounts that were merged into others, and how that went. */
import type { Migration } from "#engines/store/port.ts";

export const personMerges: Migration = {
  name: "identity/0009-person-merges",
  up: (schema) => [
    schema.alterTable("people").addColumn("merged_into", "text"),
    schema.createIndex("people_by_merged_into").on("people").column("merged_into"),
    schema
      .createTable("person_merges")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("from_id", "text", (column) => column.notNull())
      .addColumn("from_name", "text", (column) => column.notNull())
      .addColumn("into_id", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("slices_done", "integer", (column) => column.notNull())
      .addColumn("slices_total", "integer", (column) => column.notNull())
      .addColumn("shares", "text", (column) => column.notNull())
      .addColumn("asked_by", "text", (column) => column.notNull())
      .addColumn("asked_at", "integer", (column) => column.notNull())
      .addColumn("ended_at", "integer"),
    schema.createIndex("person_merges_by_kept").on("person_merges").columns(["into_id", "id"]),
    schema.createIndex("person_merges_by_state").on("person_merges").columns(["state", "id"]),
  ],
};
