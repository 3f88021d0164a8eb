/** Reading and moving the rows of queries, for the operations of this slice. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { orderOf, type QueryLife } from "./query.ts";
import type { Answer, Query } from "./schema.ts";
import type { QueriesTable, QueriesTables } from "./tables.ts";

type Db = Kysely<QueriesTables>;

/** The row of a query; for operations whose policy has found it there. */
export function queryRow(db: Db, queryId: string): Promise<QueriesTable> {
  return db.selectFrom("queries").selectAll().where("id", "=", queryId).executeTakeFirstOrThrow();
}

/** The queries as the wire names them, with everyone's name in one query. */
export async function queriesOf(db: Db, rows: readonly QueriesTable[]): Promise<Query[]> {
  const people = await peopleByIds(
    db,
    rows.map((row) => row.asker_id),
  );
  return rows.map((row) => ({
    queryId: row.id,
    courseId: row.course_id,
    asker: { personId: row.asker_id, name: people.get(row.asker_id)?.name ?? "" },
    materialId: row.material_id,
    page: row.page,
    assignmentId: row.assignment_id,
    title: row.title,
    body: row.body,
    state: row.state,
    waitingSince: row.waiting_since,
    answerCount: row.answer_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
}

/** A query with its answers, the earliest first. */
export async function threadOf(db: Db, row: QueriesTable): Promise<{ query: Query; answers: Answer[] }> {
  const [query] = await queriesOf(db, [row]);
  const rows = await db
    .selectFrom("answers")
    .selectAll()
    .where("query_id", "=", row.id)
    .orderBy("id")
    .execute();
  const people = await peopleByIds(
    db,
    rows.map((each) => each.author_id),
  );
  return {
    query: present(query, "one row makes one query"),
    answers: rows.map((each) => ({
      answerId: each.id,
      author: { personId: each.author_id, name: people.get(each.author_id)?.name ?? "" },
      body: each.body,
      createdAt: each.created_at,
    })),
  };
}

export function lifeOf(row: QueriesTable): QueryLife {
  return { state: row.state, waitingSince: row.waiting_since };
}

/** Moves a query to the next step of its life; gives the row as it is then. */
export async function moveQuery(
  tx: Db,
  row: QueriesTable,
  { life, now, answers = 0 }: { readonly life: QueryLife; readonly now: number; readonly answers?: number },
): Promise<QueriesTable> {
  const changes = {
    state: life.state,
    waiting_since: life.waitingSince,
    ...orderOf(life, now),
    answer_count: row.answer_count + answers,
    updated_at: now,
  };
  await tx.updateTable("queries").set(changes).where("id", "=", row.id).execute();
  return { ...row, ...changes };
}
