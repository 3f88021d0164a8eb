/** What students ask about a course, and what they are answered. */
import type { Migration } from "#engines/store/port.ts";

export const queries: Migration = {
  name: "queries/0001-queries",
  up: (schema) => [
    schema
      .createTable("queries")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("asker_id", "text", (column) => column.notNull())
      .addColumn("material_id", "text")
      .addColumn("page", "integer")
      .addColumn("assignment_id", "text")
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("state_rank", "integer", (column) => column.notNull())
      .addColumn("order_key", "integer", (column) => column.notNull())
      .addColumn("waiting_since", "integer")
      .addColumn("answer_count", "integer", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema
      .createIndex("queries_by_course")
      .on("queries")
      .columns(["course_id", "state_rank", "order_key", "id"]),
    schema
      .createIndex("queries_by_asker")
      .on("queries")
      .columns(["asker_id", "state_rank", "order_key", "id"]),
    schema
      .createTable("answers")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("query_id", "text", (column) => column.notNull())
      .addColumn("author_id", "text", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull()),
    schema.createIndex("answers_by_query").on("answers").columns(["query_id", "id"]),
  ],
};
