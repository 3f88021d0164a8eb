/** One query with its answers. */
import { z } from "zod";
import { seesQuery } from "./policy.ts";
import { queryRow } from "./queries.ts";
import { QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Gives a query and its answers to whoever may see it, each as much as they may know. */
export const getQuery = operation({
  name: "queries.getQuery",
  summary: "Gives a query with its answers.",
  kind: "read",
  input: z.strictObject({ queryId: queryIdField }),
  output: QueryThread,
  policy: seesQuery,
  handle: async ({ input, actor, db, now }) => threadOf(db, await queryRow(db, input.queryId), actor, now),
});
