/** The tables of the feed and of the jobs. */
import type { Migration } from "#engines/store/port.ts";

export interface FeedEventsTable {
  position: number;
  type: string;
  /** JSON; ids, no personal data. */
  data: string;
  at: number;
}

/** How far each follower that runs once in the cluster has come. */
export interface FollowersTable {
  name: string;
  position: number;
}

export interface JobsTable {
  id: string;
  name: string;
  /** JSON. */
  input: string;
  state: "waiting" | "running" | "done" | "parked" | "cancelled";
  /** How many times it has been begun. */
  attempt: number;
  /** Not begun before; grows with each failure. */
  due_at: number;
  /** Who holds it, until when, and the number that fences off whoever held it before. */
  worker: string | null;
  lease_until: number | null;
  fence: number;
  /** Why the last attempt failed. */
  reason: string | null;
  /** JSON of what it came to. */
  result: string | null;
  created_at: number;
  finished_at: number | null;
}

export interface FeedTables {
  feed_events: FeedEventsTable;
  followers: FollowersTable;
  jobs: JobsTable;
}

export const feedMigrations: readonly Migration[] = [
  {
    name: "kernel/0004-feed",
    up: (schema) => [
      schema
        .createTable("feed_events")
        .addColumn("position", "integer", (column) => column.notNull().primaryKey())
        .addColumn("type", "text", (column) => column.notNull())
        .addColumn("data", "text", (column) => column.notNull())
        .addColumn("at", "integer", (column) => column.notNull()),
      schema
        .createTable("followers")
        .addColumn("name", "text", (column) => column.notNull().primaryKey())
        .addColumn("position", "integer", (column) => column.notNull()),
      schema
        .createTable("jobs")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("name", "text", (column) => column.notNull())
        .addColumn("input", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("attempt", "integer", (column) => column.notNull())
        .addColumn("due_at", "integer", (column) => column.notNull())
        .addColumn("worker", "text")
        .addColumn("lease_until", "integer")
        .addColumn("fence", "integer", (column) => column.notNull())
        .addColumn("reason", "text")
        .addColumn("result", "text")
        .addColumn("created_at", "integer", (column) => column.notNull())
        .addColumn("finished_at", "integer"),
      schema.createIndex("jobs_by_state").on("jobs").columns(["state", "due_at"]),
    ],
  },
];
