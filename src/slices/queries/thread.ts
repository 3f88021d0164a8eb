/** A query with everything that the viewer may read below it. */
import type { Actor } from "#kernel/actor.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { attachmentsOf } from "./attachments.ts";
import { type Db, isAskerKnown, queriesOf, type Viewer, viewerIn } from "./queries.ts";
import { type Answer, answeringMsMax, type QueryThread } from "./schema.ts";
import type { AnswersTable, QueriesTable } from "./tables.ts";

/** The thread of a query as `actor` sees it. */
export async function threadOf(db: Db, row: QueriesTable, actor: Actor, now: number): Promise<QueryThread> {
  const viewer = await viewerIn(db, actor, [row.course_id]);
  const [query] = await queriesOf(db, [row], viewer);
  if (query === undefined) throw new Error("one row makes one query");
  const answers = [
    ...(await answerRows(db, row.id)).map((answer) => ({ answer, isShared: false })),
    ...(await sharedAnswers(db, row)).map((answer) => ({ answer, isShared: true })),
  ].sort((a, b) => (a.answer.id < b.answer.id ? -1 : 1));
  const isStaff = viewer.teaches(row.course_id);
  const merged = isStaff ? await mergedRows(db, row.id) : [];
  const answering = isStaff ? await othersAnswering(db, row.id, viewer, now) : [];
  const people = await peopleByIds(db, [
    ...answers.flatMap(({ answer }) => [answer.author_id, answer.endorsed_by ?? answer.author_id]),
    ...merged.map(({ asker_id }) => asker_id),
    ...answering,
  ]);
  const nameOf = (personId: string) => ({ personId, name: people.get(personId)?.name ?? "" });
  const files = await attachmentsOf(db, [row.id, ...new Set(answers.map(({ answer }) => answer.query_id))]);
  return {
    query,
    attachments: files
      .filter((file) => file.queryId === row.id && file.answerId === null)
      .map(({ shown }) => shown),
    answers: answers.map(({ answer, isShared }): Answer => {
      const isAnonymous = answer.author_role === "asker" && !isAskerKnown(row, viewer);
      return {
        answerId: answer.id,
        author: isAnonymous ? null : nameOf(answer.author_id),
        authorRole: answer.author_role,
        kind: answer.kind,
        isOwn: answer.author_id === viewer.personId,
        isShared,
        body: answer.body,
        endorsedBy: answer.endorsed_by === null ? null : nameOf(answer.endorsed_by),
        version: answer.version,
        editedAt: answer.edited_at,
        attachments: files.filter((file) => file.answerId === answer.id).map(({ shown }) => shown),
        createdAt: answer.created_at,
      };
    }),
    merged: merged.map(({ id, title, asker_id }) => ({ queryId: id, title, asker: nameOf(asker_id) })),
    answering: answering.map(nameOf),
  };
}

function answerRows(db: Db, queryId: string): Promise<AnswersTable[]> {
  return db.selectFrom("answers").selectAll().where("query_id", "=", queryId).orderBy("id").execute();
}

/**
 * What those who teach answered to the query that this one was merged into. Nothing else of that one: it may be between
 * its own asker and them.
 */
async function sharedAnswers(db: Db, row: QueriesTable): Promise<AnswersTable[]> {
  const from = row.merged_into ?? row.shared_from;
  if (from === null) return [];
  const until = row.merged_into === null ? row.shared_until : null;
  let select = db
    .selectFrom("answers")
    .selectAll()
    .where("query_id", "=", from)
    .where("author_role", "=", "staff")
    .orderBy("id");
  if (until !== null) select = select.where("created_at", "<=", until);
  return select.execute();
}

function mergedRows(db: Db, queryId: string) {
  return db
    .selectFrom("queries")
    .select(["id", "title", "asker_id"])
    .where("merged_into", "=", queryId)
    .orderBy("id")
    .execute();
}

async function othersAnswering(
  db: Db,
  queryId: string,
  { personId }: Viewer,
  now: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom("query_answering")
    .select("person_id")
    .where("query_id", "=", queryId)
    .where("person_id", "!=", personId)
    .where("since", ">", now - answeringMsMax)
    .orderBy("since")
    .execute();
  return rows.map(({ person_id }) => person_id);
}
