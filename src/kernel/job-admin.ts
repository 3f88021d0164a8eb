/** The table of jobs as an administrator sees it: what is there, and the two things that can be done about it. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { FeedTables, JobsTable } from "./feed-tables.ts";
import { cutPage, decodeCursor } from "./paging.ts";

export const jobStates = ["waiting", "running", "done", "parked", "cancelled"] as const;
export type JobState = (typeof jobStates)[number];

export interface JobEntry {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  /** How many times it has been begun. */
  readonly attempt: number;
  readonly dueAt: number;
  /** Why the last attempt failed. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly finishedAt: number | null;
}

/** A page of jobs, the newest first; of one state when `state` is given. */
export async function jobPage(
  database: Database,
  query: {
    readonly state?: JobState | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<{ items: JobEntry[]; nextCursor: string | null }> {
  let select = tablesOf<FeedTables>(database).selectFrom("jobs").selectAll().orderBy("id", "desc");
  if (query.state !== undefined) select = select.where("state", "=", query.state);
  if (query.cursor !== undefined) {
    const [before] = decodeCursor(query.cursor, ["text"]);
    select = select.where("id", "<", before);
  }
  const rows = await select.limit(query.limit + 1).execute();
  return cutPage(rows, query.limit, (row) => [row.id], entryOf);
}

/** How many jobs are still to be done or were given up, by state; for the figures of a node. */
export async function countOpenJobs(
  database: Database,
): Promise<Readonly<Record<"waiting" | "running" | "parked", number>>> {
  const rows = await tablesOf<FeedTables>(database)
    .selectFrom("jobs")
    .select(({ fn }) => ["state", fn.countAll<number>().as("jobs")])
    .where("state", "in", ["waiting", "running", "parked"])
    .groupBy("state")
    .execute();
  const count = (state: JobState) => Number(rows.find((row) => row.state === state)?.jobs ?? 0);
  return { waiting: count("waiting"), running: count("running"), parked: count("parked") };
}

/** One job, or null. */
export async function findJob(database: Database, id: string): Promise<JobEntry | null> {
  const row = await tablesOf<FeedTables>(database)
    .selectFrom("jobs")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? null : entryOf(row);
}

/** Lets a parked or cancelled job begin anew, with all of its attempts. */
export async function requeueJob(database: Database, id: string, now: number): Promise<void> {
  await tablesOf<FeedTables>(database)
    .updateTable("jobs")
    .set({ state: "waiting", attempt: 0, due_at: now, finished_at: null })
    .where("id", "=", id)
    .where("state", "in", ["parked", "cancelled"])
    .execute();
}

/** Takes a job out of the queue; one that is running is aborted by its worker, and its result is not kept. */
export async function withdrawJob(database: Database, id: string, now: number): Promise<void> {
  await tablesOf<FeedTables>(database)
    .updateTable("jobs")
    .set({ state: "cancelled", worker: null, lease_until: null, finished_at: now })
    .where("id", "=", id)
    .where("state", "in", ["waiting", "running", "parked"])
    .execute();
}

function entryOf(row: JobsTable): JobEntry {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    attempt: row.attempt,
    dueAt: row.due_at,
    reason: row.reason,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
