/** What was read from office documents, by their content: several materials may have the same file. */
import type { Migration } from "#engines/store/port.ts";

export const documents: Migration = {
  name: "materials/0003-documents",
  up: (schema) => [
    schema
      .createTable("material_documents")
      .addColumn("sha256", "text", (column) => column.notNull().primaryKey())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("format", "text", (column) => column.notNull())
      .addColumn("problem", "text", (column) => column.notNull())
      .addColumn("html_sha256", "text", (column) => column.notNull())
      .addColumn("html_bytes", "integer", (column) => column.notNull())
      .addColumn("is_cut", "integer", (column) => column.notNull())
      .addColumn("reader_version", "integer", (column) => column.notNull())
      .addColumn("asked_at", "integer", (column) => column.notNull()),
    schema.createIndex("materials_by_content").on("materials").column("sha256"),
    schema.createIndex("material_revisions_by_content").on("material_revisions").column("sha256"),
  ],
};
