/** Table of contents of queries: what students ask, and what they are answered. */
import type { Slice } from "#kernel/slice.ts";
import { queries } from "./migrations/0001-queries.ts";

export const queriesSlice: Slice = {
  name: "queries",
  grpcService: "QueriesService",
  summary: "Queries of students to those who teach them, and the answers.",
  operations: [],
  migrations: [queries],
  tables: {
    queries: { personal: ["asker_id", "title", "body"] },
    answers: { personal: ["author_id", "body"] },
  },
};
