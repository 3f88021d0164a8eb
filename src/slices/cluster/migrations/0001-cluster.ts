/** Probes, tokens to join with, and the sealed authority. */
import type { Migration } from "#engines/store/port.ts";

export const cluster0001: Migration = {
  name: "cluster/0001-cluster",
  up: (schema) => [
    schema
      .createTable("cluster_probes")
      .addColumn("key", "text", (column) => column.notNull().primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("written_at", "integer", (column) => column.notNull()),
    schema.createIndex("cluster_probes_by_time").on("cluster_probes").column("written_at"),
    schema
      .createTable("cluster_join_tokens")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("secret_hash", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull())
      .addColumn("expires_at", "integer", (column) => column.notNull())
      .addColumn("used_by", "text")
      .addColumn("used_at", "integer")
      .addColumn("node_id", "text")
      .addColumn("node_label", "text")
      .addColumn("peer_at", "text")
      .addColumn("http_url", "text")
      .addColumn("grpc_at", "text"),
    schema
      .createIndex("cluster_join_tokens_by_secret")
      .unique()
      .on("cluster_join_tokens")
      .column("secret_hash"),
    schema.createIndex("cluster_join_tokens_by_node").unique().on("cluster_join_tokens").column("node_id"),
    schema
      .createTable("cluster_authority")
      .addColumn("id", "integer", (column) => column.notNull().primaryKey())
      .addColumn("sealed", "text", (column) => column.notNull()),
  ],
};
