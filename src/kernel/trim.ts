/**
 * Nothing grows without a bound: receipts, audit rows, events and ended jobs go after a stated time, a chunk per
 * command. An event stays, however old, until every follower that runs once in the cluster has taken it.
 */
import { type Database, type Store, tablesOf } from "#engines/store/port.ts";
import { type AuditTables, auditRetentionMs } from "./audit.ts";
import { firstIdAt } from "./audit-search.ts";
import { feedRetentionMs } from "./feed.ts";
import { followerPosition, setFollowerPosition, trimmedMark } from "./feed-ends.ts";
import type { FeedTables } from "./feed-tables.ts";
import type { Follower } from "./follower.ts";
import { dropOldKeys } from "./keyring.ts";
import { type ReceiptsTable, receiptRetentionMs } from "./receipts.ts";
import type { Schedule } from "./schedules.ts";

/** How long jobs that are done or cancelled are kept, for whoever asks what became of them. */
export const endedJobRetentionMs = 30 * 24 * 3_600_000;
/** How long parked jobs wait for someone to look at them. */
export const parkedJobRetentionMs = 365 * 24 * 3_600_000;
/** Rows that one command deletes. */
export const trimChunkMax = 512;
/** How long to rest when all is trimmed. */
export const trimEveryMs = 10 * 60_000;

type Tables = FeedTables & AuditTables & { receipts: ReceiptsTable };

/** Deletes at most a chunk of what is too old; gives how many rows it was. */
type Trim = (database: Database, now: number) => Promise<number>;

/** The schedule that trims. `followers` are all that are registered: those that run once hold back the feed. */
export function trimSchedule(store: Store, followers: readonly Follower[]): Schedule {
  const once = followers.filter((follower) => follower.where === "once").map((follower) => follower.name);
  const trims: readonly Trim[] = [
    trimReceipts,
    trimAudit,
    (database, now) => trimFeed(database, now, once),
    dropOldKeys,
    (database, now) => trimJobs(database, ["done", "cancelled"], now - endedJobRetentionMs),
    (database, now) => trimJobs(database, ["parked"], now - parkedJobRetentionMs),
  ];
  return {
    name: "trim",
    everyMs: trimEveryMs,
    async run(now) {
      let more = false;
      for (const trim of trims) {
        const { value: deleted } = await store.write(({ database }) => trim(database, now));
        more ||= deleted === trimChunkMax;
      }
      return more;
    },
  };
}

const tables = (database: Database) => tablesOf<Tables>(database);

async function trimReceipts(database: Database, now: number): Promise<number> {
  const result = await tables(database)
    .deleteFrom("receipts")
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple("actor", "operation", "key"),
        "in",
        selectFrom("receipts as old")
          .select(["old.actor", "old.operation", "old.key"])
          .where("old.at", "<", now - receiptRetentionMs)
          .orderBy("old.at")
          .limit(trimChunkMax)
          .$asTuple("actor", "operation", "key"),
      ),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** The ids begin with their time, so indexes find the old ones. What the entries were about goes with them, first. */
async function trimAudit(database: Database, now: number): Promise<number> {
  const before = firstIdAt(now - auditRetentionMs);
  const subjects = await tables(database)
    .deleteFrom("audit_subjects")
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple("subject_id", "entry_id"),
        "in",
        selectFrom("audit_subjects as old")
          .select(["old.subject_id", "old.entry_id"])
          .where("old.entry_id", "<", before)
          .orderBy("old.entry_id")
          .limit(trimChunkMax)
          .$asTuple("subject_id", "entry_id"),
      ),
    )
    .executeTakeFirst();
  if (Number(subjects.numDeletedRows) > 0) return trimChunkMax;
  const result = await tables(database)
    .deleteFrom("audit_entries")
    .where("id", "in", (eb) =>
      eb
        .selectFrom("audit_entries as old")
        .select("old.id")
        .where("old.id", "<", before)
        .orderBy("old.id")
        .limit(trimChunkMax),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

async function trimFeed(database: Database, now: number, once: readonly string[]): Promise<number> {
  const oldest = await tables(database)
    .selectFrom("feed_events")
    .select(["position", "at"])
    .orderBy("position")
    .limit(trimChunkMax)
    .execute();
  const taken: number[] = [];
  for (const name of once) taken.push((await followerPosition(database, name)) ?? 0);
  const takenByAll = Math.min(...taken, Number.MAX_SAFE_INTEGER);
  // Positions are in the order of commits and times may jump back, so it ends at the first that is to stay.
  const stays = oldest.findIndex(({ position, at }) => position > takenByAll || at >= now - feedRetentionMs);
  const goes = stays === -1 ? oldest : oldest.slice(0, stays);
  const last = goes.at(-1);
  if (last === undefined) return 0;
  await tables(database).deleteFrom("feed_events").where("position", "<=", last.position).execute();
  await setFollowerPosition(database, trimmedMark, last.position);
  return goes.length;
}

async function trimJobs(
  database: Database,
  states: readonly ("done" | "cancelled" | "parked")[],
  before: number,
): Promise<number> {
  const result = await tables(database)
    .deleteFrom("jobs")
    .where("id", "in", (eb) =>
      eb
        .selectFrom("jobs as old")
        .select("old.id")
        .where("old.state", "in", states)
        .where("old.finished_at", "<", before)
        .limit(trimChunkMax),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
