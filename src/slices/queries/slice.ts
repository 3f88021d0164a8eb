/** Table of contents of queries: what students ask, and what they are answered. */
import type { Slice } from "#kernel/slice.ts";
import { answerQuery } from "./answer-query.ts";
import { closeQuery } from "./close-query.ts";
import { queriesLife } from "./course-life.ts";
import { createQuery } from "./create-query.ts";
import { getQueries } from "./get-queries.ts";
import { getQuery } from "./get-query.ts";
import { queries } from "./migrations/0001-queries.ts";
import { reopenQuery } from "./reopen-query.ts";
import { queriesTables } from "./tables.ts";

export const queriesSlice = {
  name: "queries",
  grpcService: "QueriesService",
  summary: "Queries of students to those who teach them, and the answers.",
  operations: [createQuery, getQueries, getQuery, answerQuery, closeQuery, reopenQuery],
  migrations: [queries],
  tables: queriesTables,
  course: queriesLife,
} as const satisfies Slice;
