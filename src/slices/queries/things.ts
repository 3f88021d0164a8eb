/** What queries are called, and what may be done with one. */
import { tablesOf } from "#engines/store/port.ts";
import type { ThingKind } from "#kernel/things.ts";
import type { QueriesTables } from "./tables.ts";

const ofQuery = ({ id }: { readonly id: string }) => ({ queryId: id });

export const queriesThings: readonly ThingKind[] = [
  {
    kind: "query",
    acts: [
      { act: "see", operation: "queries.getQuery", input: ofQuery },
      {
        act: "answer",
        operation: "queries.answerQuery",
        input: ({ id }) => ({ queryId: id, body: "-" }),
      },
      { act: "close", operation: "queries.closeQuery", input: ofQuery },
    ],
    async named(database, ids) {
      const rows = await tablesOf<QueriesTables>(database)
        .selectFrom("queries")
        .select(["id", "title", "course_id"])
        .where("id", "in", ids)
        .execute();
      return new Map(rows.map(({ id, title, course_id }) => [id, { title, courseId: course_id }]));
    },
  },
];
