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

export interface WaitingQuery {
  readonly queryId: string;
  readonly courseId: string;
  readonly title: string;
  readonly waitingSince: number;
}

/** The open queries of these courses, the longest waiting first; for those who teach them. */
export async function waitingQueries(
  database: Database,
  courseIds: readonly string[],
  limit: number,
): Promise<WaitingQuery[]> {
  if (courseIds.length === 0) return [];
  const rows = await tablesOf<QueriesTables>(database)
    .selectFrom("queries")
    .select(["id as queryId", "course_id as courseId", "title", "waiting_since as waitingSince"])
    .where("course_id", "in", courseIds)
    .where("state_rank", "=", 0)
    .where("merged_into", "is", null)
    .orderBy("order_key")
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.flatMap(({ waitingSince, ...row }) =>
    waitingSince === null ? [] : [{ ...row, waitingSince }],
  );
}

export interface NewAnswer {
  readonly queryId: string;
  readonly courseId: string;
  readonly title: string;
  readonly answeredAt: number;
}

/** What the person asked in these courses and others answered after `since`, the latest answer first. */
export async function answersSince(
  database: Database,
  {
    personId,
    courseIds,
    since,
    limit,
  }: {
    readonly personId: string;
    readonly courseIds: readonly string[];
    readonly since: number;
    readonly limit: number;
  },
): Promise<NewAnswer[]> {
  if (courseIds.length === 0) return [];
  const rows = await tablesOf<QueriesTables>(database)
    .selectFrom("queries")
    .innerJoin("answers", (join) =>
      join.on((each) =>
        each(
          "answers.query_id",
          "=",
          // What was answered in the query that it was merged into is its answer too.
          each.fn.coalesce("queries.merged_into", "queries.id"),
        ),
      ),
    )
    .select((each) => [
      "queries.id as queryId",
      "queries.course_id as courseId",
      "queries.title as title",
      each.fn.max<number>("answers.created_at").as("answeredAt"),
    ])
    .where("queries.asker_id", "=", personId)
    .where("queries.course_id", "in", courseIds)
    .where("answers.kind", "=", "answer")
    .where("answers.author_id", "<>", personId)
    .where("answers.created_at", ">", since)
    .groupBy(["queries.id", "queries.course_id", "queries.title"])
    .orderBy("answeredAt", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, answeredAt: Number(row.answeredAt) }));
}

/** When each of those who ask in a course asked last. */
export async function lastAsked(database: Database, courseId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await tablesOf<QueriesTables>(database)
    .selectFrom("queries")
    .select((each) => ["asker_id", each.fn.max<number>("created_at").as("at")])
    .where("course_id", "=", courseId)
    .groupBy("asker_id")
    .execute();
  return new Map(rows.map((row) => [row.asker_id, Number(row.at)]));
}
