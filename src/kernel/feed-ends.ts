/** Where the feed begins and ends, and how far its followers have come. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { FeedTables } from "./feed-tables.ts";

/** Stands among the followers for the last position that was trimmed away; no follower may bear its name. */
export const trimmedMark = "(trimmed)";

/** The last position of the feed on this snapshot; 0 when nothing has happened yet. */
export async function feedEnd(database: Database): Promise<number> {
  const row = await tablesOf<FeedTables>(database)
    .selectFrom("feed_events")
    .select("position")
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.position ?? (await feedBegin(database));
}

/** The position up to which events have been trimmed: a follower that has not come so far has missed some. */
export async function feedBegin(database: Database): Promise<number> {
  return (await followerPosition(database, trimmedMark)) ?? 0;
}

/** How far a follower that runs once in the cluster has come; null when it has never run. */
export async function followerPosition(database: Database, name: string): Promise<number | null> {
  const row = await tablesOf<FeedTables>(database)
    .selectFrom("followers")
    .select("position")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.position ?? null;
}

/** Remembers how far `name` has come. */
export async function setFollowerPosition(database: Database, name: string, position: number): Promise<void> {
  await tablesOf<FeedTables>(database)
    .insertInto("followers")
    .values({ name, position })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ position }))
    .execute();
}
