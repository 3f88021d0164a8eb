/**
 * The feed: what has happened, in the order of commits. Events are written in the transaction of the command that made
 * them true; followers read them from a position on.
 */
import type { JsonObject } from "#base/json.ts";
import { type Database, tablesOf, type WriteTransaction } from "#engines/store/port.ts";
import type { FeedEvent } from "./event.ts";
import type { FeedTables } from "./feed-tables.ts";
import { type Parameter, prepared } from "./prepared.ts";

/** How long events are kept: a follower on a node that was away for longer rebuilds from the source tables. */
export const feedRetentionMs = 30 * 24 * 3_600_000;

export interface NewEvent {
  readonly type: string;
  readonly data: JsonObject;
}

const insert = prepared<FeedTables>()(
  (db, p: Parameter<{ position: number; type: string; data: string; at: number }>) =>
    db
      .insertInto("feed_events")
      .values({ position: p("position"), type: p("type"), data: p("data"), at: p("at") }),
);

/** Appends `events` at the end of the command's work; on PostgreSQL this holds the feed until the commit. */
export async function appendEvents(
  tx: WriteTransaction,
  events: readonly NewEvent[],
  now: number,
): Promise<void> {
  let position = await tx.takeFeedPositions(events.length);
  for (const { type, data } of events)
    await insert(tx.database, { position: position++, type, data: JSON.stringify(data), at: now });
}

/** At most `limit` events after `after`, in order. */
export async function readEvents(
  database: Database,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<FeedEvent[]> {
  const rows = await tablesOf<FeedTables>(database)
    .selectFrom("feed_events")
    .selectAll()
    .where("position", ">", after)
    .orderBy("position")
    .limit(limit)
    .execute();
  return rows.map(({ position, type, data, at }) => ({
    position,
    type,
    data: JSON.parse(data) as JsonObject,
    at,
  }));
}
