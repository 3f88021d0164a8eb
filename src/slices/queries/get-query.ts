/** One query with its answers. */
import { z } from "zod";
import { seesQuery } from "./policy.ts";
import { queryRow, threadOf } from "./queries.ts";
import { QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives a query and all answers to its asker and to those who teach the course. */
export const getQuery = operation({
  name: "queries.getQuery",
  summary: "Gives a query with its answers.",
  kind: "read",
  input: z.strictObject({ queryId: queryIdField }),
  output: QueryThread,
  policy: seesQuery,
  handle: async ({ input, db }) => threadOf(db, await queryRow(db, input.queryId)),
});
