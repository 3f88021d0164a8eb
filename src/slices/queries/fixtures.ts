/** Queries for tests, asked in a built course through the operations. */
import type { JsonObject } from "#base/json.ts";
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import type { Query } from "./schema.ts";

/** A query about the built course, asked by the student unless said otherwise. */
export function buildQuery(
  { test, people, course }: BuiltCourse,
  { as = "student" as Persona, title = "Why two wells?", body = "One shadow would do, no?", about = {} } = {},
): Promise<Query> {
  const input = { courseId: course.courseId, title, body, ...about };
  return test.must<Query>(people[as].token, "queries.createQuery", input);
}

export interface BuiltQuery {
  readonly built: BuiltCourse;
  readonly query: Query;
}

/** A valid input of each operation, for the authorization matrix. */
export const matrixInputs = {
  "queries.createQuery": ({ built }) => ({
    courseId: built.course.courseId,
    title: "Why a year?",
    body: "And not a month?",
  }),
  "queries.getQueries": ({ built }) => ({ courseId: built.course.courseId }),
  "queries.getQuery": ({ query }) => ({ queryId: query.queryId }),
  "queries.answerQuery": ({ query }) => ({
    queryId: query.queryId,
    body: "Because one shadow has no angle.",
  }),
  "queries.closeQuery": ({ query }) => ({ queryId: query.queryId }),
  "queries.reopenQuery": ({ query }) => ({ queryId: query.queryId }),
  "queries.followUpQuery": ({ query }) => ({ queryId: query.queryId, body: "And the second one?" }),
  "queries.askSameQuery": ({ query }) => ({ queryId: query.queryId }),
  "queries.editQuery": ({ query }) => ({ queryId: query.queryId, version: 1, body: "One shadow, no?" }),
  "queries.listRevisions": ({ query }) => ({ queryId: query.queryId }),
  "queries.setQueryVisibility": ({ query }) => ({ queryId: query.queryId, visibility: "staff" }),
  "queries.unmergeQuery": ({ query }) => ({ queryId: query.queryId }),
  "queries.announceAnswering": ({ query }) => ({ queryId: query.queryId }),
  "queries.mergeQueries": ({ query }) => ({ queryId: query.queryId, duplicateIds: [query.queryId] }),
} as const satisfies Readonly<Record<string, (fixtures: BuiltQuery) => JsonObject>>;
