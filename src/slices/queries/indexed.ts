/** What search finds of queries: what was asked, and each answer by itself. */
import { tablesOf } from "#engines/store/port.ts";
import { type IndexedKind, idsOf, plainText, type SourceChange } from "#kernel/indexed-source.ts";
import { audienceOfCourse, audienceOfPerson, audienceOfStaff, standingsIn } from "#slices/courses/api.ts";
import { queryAnswered, queryChanged, queryCreated, queryFollowedUp } from "./events.ts";
import { decideSee } from "./policy.ts";
import type { AnswersTable, QueriesTable, QueriesTables } from "./tables.ts";

const kind = "query";

export const indexedQueries: IndexedKind = {
  kind,
  events: [queryCreated, queryAnswered, queryFollowedUp, queryChanged].map(({ type }) => type),
  sourceIds: ({ data }) => [String(data.queryId)],
  async changes(database, sourceIds) {
    const db = tablesOf<QueriesTables>(database);
    const rows = await db.selectFrom("queries").selectAll().where("id", "in", sourceIds).execute();
    const answers = await db
      .selectFrom("answers")
      .selectAll()
      .where("query_id", "in", sourceIds)
      .orderBy("id")
      .execute();
    const found = new Map(rows.map((row) => [row.id, row]));
    return sourceIds.map((sourceId): SourceChange => {
      const row = found.get(sourceId);
      if (row === undefined) return { kind, sourceId, change: "remove" };
      return {
        ...{ kind, sourceId, change: "replace", part: "thread" },
        audiences: audiencesOf(row),
        entries: entriesOf(
          row,
          answers.filter((answer) => answer.query_id === row.id),
        ),
      };
    });
  },
  idsAfter: idsOf<QueriesTables>()("queries"),
  async readable({ database, actor }, sourceIds) {
    const rows = await tablesOf<QueriesTables>(database)
      .selectFrom("queries")
      .select(["id", "course_id", "title", "asker_id", "visibility"])
      .where("id", "in", sourceIds)
      .execute();
    const standings = await standingsIn(
      database,
      actor,
      rows.map((row) => row.course_id),
    );
    return new Map(
      rows.flatMap((row) => {
        const standing = standings.get(row.course_id) ?? { kind: "outsider" };
        const isOwn = actor.kind === "person" && row.asker_id === actor.personId;
        if (!decideSee(standing, { isOwn, visibility: row.visibility }).allowed) return [];
        return [[row.id, { courseId: row.course_id, title: row.title }]];
      }),
    );
  },
};

function audiencesOf(row: QueriesTable): string[] {
  const own = [audienceOfStaff(row.course_id), audienceOfPerson(row.asker_id)];
  return row.visibility === "class" ? [...own, audienceOfCourse(row.course_id)] : own;
}

function entriesOf(row: QueriesTable, answers: readonly AnswersTable[]) {
  return [
    { place: "", title: row.title, heading: "", body: plainText(row.body) },
    ...answers.map((answer) => ({
      place: `answer=${answer.id}`,
      title: row.title,
      heading: "",
      body: plainText(answer.body),
    })),
  ];
}
