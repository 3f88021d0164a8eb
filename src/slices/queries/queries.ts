/** Reading and moving the rows of queries, for the operations of this slice. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import type { Actor } from "#kernel/actor.ts";
import { standingsIn, teaches } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { decideSee } from "./policy.ts";
import { orderOf, type QueryLife } from "./query.ts";
import type { Query } from "./schema.ts";
import type { QueriesTable, QueriesTables } from "./tables.ts";

export type Db = Kysely<QueriesTables>;

/** The row of a query; for operations whose policy has found it there. */
export function queryRow(db: Db, queryId: string): Promise<QueriesTable> {
  return db.selectFrom("queries").selectAll().where("id", "=", queryId).executeTakeFirstOrThrow();
}

/** Who looks at queries: what they may know of each depends on it. */
export interface Viewer {
  readonly personId: string;
  readonly teaches: (courseId: string) => boolean;
  readonly sees: (row: Pick<QueriesTable, "course_id" | "asker_id" | "visibility">) => boolean;
}

/** The viewer behind `actor`, in these courses. */
export async function viewerIn(db: Db, actor: Actor, courseIds: Iterable<string>): Promise<Viewer> {
  const standings = await standingsIn(db, actor, courseIds);
  const standingOf = (courseId: string) => standings.get(courseId) ?? ({ kind: "outsider" } as const);
  const personId = actor.kind === "person" ? actor.personId : "";
  return {
    personId,
    teaches: (courseId) => teaches(standingOf(courseId)),
    sees: ({ course_id, asker_id, visibility }) =>
      decideSee(standingOf(course_id), { isOwn: asker_id === personId, visibility }).allowed,
  };
}

/** Whether the viewer is told who asked: classmates of an anonymous asker are not. */
export function isAskerKnown(row: QueriesTable, viewer: Viewer): boolean {
  return row.anonymous === 0 || row.asker_id === viewer.personId || viewer.teaches(row.course_id);
}

/** The queries as the wire names them to the viewer, with everyone's name in one query. */
export async function queriesOf(db: Db, rows: readonly QueriesTable[], viewer: Viewer): Promise<Query[]> {
  if (rows.length === 0) return [];
  const people = await peopleByIds(
    db,
    rows.map((row) => row.asker_id),
  );
  const ids = rows.map((row) => row.id);
  const sames = await db
    .selectFrom("query_sames")
    .select("query_id")
    .where("query_id", "in", ids)
    .where("person_id", "=", viewer.personId)
    .execute();
  const targets = await targetsOf(db, rows);
  return rows.map((row) => {
    const target = row.merged_into === null ? undefined : targets.get(row.merged_into);
    return {
      queryId: row.id,
      courseId: row.course_id,
      asker: isAskerKnown(row, viewer)
        ? { personId: row.asker_id, name: people.get(row.asker_id)?.name ?? "" }
        : null,
      isOwn: row.asker_id === viewer.personId,
      visibility: row.visibility,
      anonymous: row.anonymous === 1,
      materialId: row.material_id,
      page: row.page,
      assignmentId: row.assignment_id,
      title: row.title,
      body: row.body,
      state: row.state,
      waitingSince: row.waiting_since,
      answerCount: row.answer_count,
      sameCount: row.same_count,
      isSameAsMine: sames.some((same) => same.query_id === row.id),
      isMerged: row.merged_into !== null,
      mergedInto: target !== undefined && viewer.sees(target) ? target.id : null,
      version: row.version,
      editedAt: row.edited_at,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  });
}

async function targetsOf(db: Db, rows: readonly QueriesTable[]) {
  const ids = rows.flatMap(({ merged_into }) => (merged_into === null ? [] : [merged_into]));
  if (ids.length === 0) return new Map<string, never>();
  const targets = await db
    .selectFrom("queries")
    .select(["id", "course_id", "asker_id", "visibility"])
    .where("id", "in", ids)
    .execute();
  return new Map(targets.map((target) => [target.id, target]));
}

/** One query as the viewer sees it. */
export async function queryOf(db: Db, row: QueriesTable, actor: Actor): Promise<Query> {
  const viewer = await viewerIn(db, actor, [row.course_id]);
  const [query] = await queriesOf(db, [row], viewer);
  return present(query, "one row makes one query");
}

export function lifeOf(row: Pick<QueriesTable, "state" | "waiting_since">): QueryLife {
  return { state: row.state, waitingSince: row.waiting_since };
}

/**
 * Moves a query to the next step of its life, and those that were merged into it along; gives the row as it is then.
 */
export async function moveQuery(
  tx: Db,
  row: QueriesTable,
  { life, now, answers = 0 }: { readonly life: QueryLife; readonly now: number; readonly answers?: number },
): Promise<QueriesTable> {
  const moved = {
    state: life.state,
    waiting_since: life.waitingSince,
    ...orderOf(life, now),
    updated_at: now,
  };
  const changes = { ...moved, answer_count: row.answer_count + answers };
  await tx.updateTable("queries").set(changes).where("id", "=", row.id).execute();
  await tx.updateTable("queries").set(moved).where("merged_into", "=", row.id).execute();
  return { ...row, ...changes };
}

/** Everybody whose question this is, with the query under which they know it: the asker, those merged, those who ask the same. */
export async function askersOf(
  tx: Db,
  row: QueriesTable,
): Promise<readonly { readonly queryId: string; readonly askerId: string }[]> {
  const merged = await tx
    .selectFrom("queries")
    .select(["id", "asker_id"])
    .where("merged_into", "=", row.id)
    .orderBy("id")
    .execute();
  const sames =
    row.visibility === "class"
      ? await tx.selectFrom("query_sames").select("person_id").where("query_id", "=", row.id).execute()
      : [];
  const found = [
    { queryId: row.id, askerId: row.asker_id },
    ...merged.map(({ id, asker_id }) => ({ queryId: id, askerId: asker_id })),
    ...sames.map(({ person_id }) => ({ queryId: row.id, askerId: person_id })),
  ];
  // Somebody who asked twice is told once.
  return found.filter(({ askerId }, index) => found.findIndex((each) => each.askerId === askerId) === index);
}
