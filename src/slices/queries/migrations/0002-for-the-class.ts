/** Queries that the class sees, follow-ups, endorsed answers, edits with history, merged duplicates, the same question. */
import type { Migration } from "#engines/store/port.ts";

export const forTheClass: Migration = {
  name: "queries/0002-for-the-class",
  up: (schema) => [
    schema
      .alterTable("queries")
      .addColumn("visibility", "text", (column) => column.notNull().defaultTo("staff")),
    schema.alterTable("queries").addColumn("anonymous", "integer", (column) => column.notNull().defaultTo(0)),
    schema
      .alterTable("queries")
      .addColumn("same_count", "integer", (column) => column.notNull().defaultTo(0)),
    schema.alterTable("queries").addColumn("version", "integer", (column) => column.notNull().defaultTo(1)),
    schema.alterTable("queries").addColumn("edited_at", "integer"),
    schema.alterTable("queries").addColumn("merged_into", "text"),
    schema.alterTable("queries").addColumn("state_before_merge", "text"),
    schema.alterTable("queries").addColumn("waiting_before_merge", "integer"),
    schema.alterTable("queries").addColumn("shared_from", "text"),
    schema.alterTable("queries").addColumn("shared_until", "integer"),
    schema.createIndex("queries_by_merge").on("queries").columns(["merged_into"]),
    schema.alterTable("answers").addColumn("kind", "text", (column) => column.notNull().defaultTo("answer")),
    schema
      .alterTable("answers")
      .addColumn("author_role", "text", (column) => column.notNull().defaultTo("staff")),
    schema.alterTable("answers").addColumn("endorsed_by", "text"),
    schema.alterTable("answers").addColumn("endorsed_at", "integer"),
    schema.alterTable("answers").addColumn("version", "integer", (column) => column.notNull().defaultTo(1)),
    schema.alterTable("answers").addColumn("edited_at", "integer"),
    schema
      .createTable("query_sames")
      .addColumn("query_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("added_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("query_sames_key", ["query_id", "person_id"]),
    schema.createIndex("query_sames_by_person").on("query_sames").columns(["person_id"]),
    schema
      .createTable("query_revisions")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("query_id", "text", (column) => column.notNull())
      .addColumn("answer_id", "text")
      .addColumn("title", "text")
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("written_by", "text", (column) => column.notNull())
      .addColumn("replaced_at", "integer", (column) => column.notNull()),
    schema.createIndex("query_revisions_by_query").on("query_revisions").columns(["query_id", "id"]),
    schema
      .createTable("query_answering")
      .addColumn("query_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("since", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("query_answering_key", ["query_id", "person_id"]),
    schema
      .createTable("query_attachments")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("query_id", "text")
      .addColumn("answer_id", "text")
      .addColumn("added_by", "text", (column) => column.notNull())
      .addColumn("added_at", "integer", (column) => column.notNull())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("media_type", "text", (column) => column.notNull())
      .addColumn("bytes", "integer", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull()),
    schema.createIndex("query_attachments_by_query").on("query_attachments").columns(["query_id", "id"]),
    schema.createIndex("query_attachments_by_time").on("query_attachments").columns(["added_at"]),
    schema.createIndex("query_attachments_by_course").on("query_attachments").columns(["course_id", "id"]),
  ],
};
