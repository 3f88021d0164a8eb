/**
 * The table of jobs as the workers see it: who holds which job until when, and what became of it. Each claim raises the
 * job's fence, and only the worker whose fence is the current one may end it, however late it comes.
 */
import type { JsonObject } from "#base/json.ts";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { FeedTables, JobsTable } from "./feed-tables.ts";
import type { Job } from "./job.ts";

export const reasonLengthMax = 500;
const retryMsMin = 2_000;
const retryMsMax = 3_600_000;

/** A job in a worker's hands. */
export interface Claim {
  readonly jobId: string;
  readonly job: Job;
  readonly input: JsonObject;
  readonly attempt: number;
  readonly fence: number;
  readonly leaseUntil: number;
}

export interface ClaimOptions {
  readonly jobs: ReadonlyMap<string, Job>;
  readonly worker: string;
  readonly now: number;
  readonly limit: number;
}

/** How long to wait before the attempt after this one: 2 s, 8 s, 32 s, and so on up to an hour. */
export function retryDelayMs(attempt: number): number {
  return Math.min(retryMsMax, retryMsMin * 4 ** (attempt - 1));
}

/** Takes up to `limit` jobs that are due, and those whose worker has not come back within its lease. */
export async function claimJobs(
  database: Database,
  { jobs, worker, now, limit }: ClaimOptions,
): Promise<Claim[]> {
  const tables = tablesOf<FeedTables>(database);
  const claims: Claim[] = [];
  const names = [...jobs.keys()];
  const rows = [
    ...(await lapsed(database, { names, now, limit })),
    ...(await due(database, { names, now, limit })),
  ];
  for (const row of rows) {
    const job = jobs.get(row.name);
    if (job === undefined || claims.length === limit) continue;
    if (row.attempt >= job.attemptsMax) {
      await park(database, row.id, `The last of ${job.attemptsMax} attempts did not end in time.`, now);
      continue;
    }
    const claim = { attempt: row.attempt + 1, fence: row.fence + 1 };
    const leaseUntil = now + job.leaseMs;
    await tables
      .updateTable("jobs")
      .set({ ...claim, state: "running", worker, lease_until: leaseUntil })
      .where("id", "=", row.id)
      .execute();
    claims.push({ jobId: row.id, job, input: JSON.parse(row.input) as JsonObject, leaseUntil, ...claim });
  }
  return claims;
}

interface Wanted {
  /** The jobs that this node knows: a newer version's wait for a node of that version. */
  readonly names: readonly string[];
  readonly now: number;
  readonly limit: number;
}

function due(database: Database, { names, now, limit }: Wanted): Promise<JobsTable[]> {
  return tablesOf<FeedTables>(database)
    .selectFrom("jobs")
    .selectAll()
    .where("state", "=", "waiting")
    .where("due_at", "<=", now)
    .where("name", "in", names)
    .orderBy("due_at")
    .limit(limit)
    .execute();
}

function lapsed(database: Database, { names, now, limit }: Wanted): Promise<JobsTable[]> {
  return tablesOf<FeedTables>(database)
    .selectFrom("jobs")
    .selectAll()
    .where("state", "=", "running")
    .where("lease_until", "<=", now)
    .where("name", "in", names)
    .limit(limit)
    .execute();
}

/** When the next job of these names falls due or its lease runs out; null when there is none. */
export async function nextDueAt(database: Database, names: readonly string[]): Promise<number | null> {
  const { waiting, running } = await tablesOf<FeedTables>(database)
    .selectNoFrom((eb) => [
      eb
        .selectFrom("jobs")
        .where("state", "=", "waiting")
        .where("name", "in", names)
        .select((inner) => inner.fn.min<number | null>("due_at").as("at"))
        .as("waiting"),
      eb
        .selectFrom("jobs")
        .where("state", "=", "running")
        .where("name", "in", names)
        .select((inner) => inner.fn.min<number | null>("lease_until").as("at"))
        .as("running"),
    ])
    .executeTakeFirstOrThrow();
  if (waiting === null || running === null) return waiting ?? running;
  return Math.min(waiting, running);
}

/** True while the claim is the job's current one: not cancelled, not taken over. */
export async function stillHeld(database: Database, { jobId, fence }: Claim): Promise<boolean> {
  const row = await tablesOf<FeedTables>(database)
    .selectFrom("jobs")
    .select(["state", "fence"])
    .where("id", "=", jobId)
    .executeTakeFirst();
  return row?.state === "running" && row.fence === fence;
}

/** Marks the job as done. */
export async function complete(
  database: Database,
  jobId: string,
  result: JsonObject,
  now: number,
): Promise<void> {
  await end(database, jobId, {
    state: "done",
    result: JSON.stringify(result),
    reason: null,
    finished_at: now,
  });
}

/** Sets the job aside until someone looks at it, with the reason. */
export async function park(database: Database, jobId: string, reason: string, now: number): Promise<void> {
  await end(database, jobId, { state: "parked", reason: reason.slice(0, reasonLengthMax), finished_at: now });
}

/** Lets the job wait for its next attempt. */
export async function postpone(
  database: Database,
  claim: Claim,
  reason: string,
  dueAt: number,
): Promise<void> {
  await end(database, claim.jobId, {
    state: "waiting",
    reason: reason.slice(0, reasonLengthMax),
    due_at: dueAt,
  });
}

/** Gives a job back as if it had not been begun: its worker shuts down. */
export async function giveBack(database: Database, claim: Claim): Promise<void> {
  await end(database, claim.jobId, { state: "waiting", attempt: claim.attempt - 1 });
}

/**
 * Gives back every job that is said to run: for the node that has just begun to lead, since only the leader works on
 * jobs. The attempt counts, as one whose lease ran out: a job that brings its node down must not go round for ever.
 */
export async function giveBackAll(database: Database): Promise<void> {
  await tablesOf<FeedTables>(database)
    .updateTable("jobs")
    .set({ state: "waiting", worker: null, lease_until: null })
    .where("state", "=", "running")
    .execute();
}

async function end(database: Database, jobId: string, change: Partial<JobsTable>): Promise<void> {
  await tablesOf<FeedTables>(database)
    .updateTable("jobs")
    .set({ ...change, worker: null, lease_until: null })
    .where("id", "=", jobId)
    .execute();
}
