/** What other slices may use of queries; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { QueriesTables } from "./tables.ts";

export { queryAnswered, queryCreated, queryFollowedUp, queryMerged } from "./events.ts";
export { indexedQueries } from "./indexed.ts";

/** What these queries are called and who asked each, by id; for whoever may see them. */
export async function queryTitles(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, { readonly title: string; readonly askerId: string }>> {
  if (ids.length === 0) return new Map();
  const rows = await tablesOf<QueriesTables>(database)
    .selectFrom("queries")
    .select(["id", "title", "asker_id"])
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.id, { title: row.title, askerId: row.asker_id }]));
}
