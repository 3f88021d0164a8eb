/** Telling colleagues that one is writing an answer, so that two do not write the same. */
import { z } from "zod";
import { changedBy } from "#slices/courses/api.ts";
import { teachesQuery } from "./policy.ts";
import { queryRow } from "./queries.ts";
import { QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Holds for some minutes, and until the answer is sent or given up. */
export const announceAnswering = operation({
  name: "queries.announceAnswering",
  summary: "Tells others who teach that you are writing an answer, for a few minutes; or that you stopped.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField, answering: z.boolean().default(true) }),
  output: QueryThread,
  policy: teachesQuery,
  async handle({ input, actor, tx, now }) {
    const row = await queryRow(tx, input.queryId);
    const key = { query_id: row.id, person_id: changedBy(actor) };
    if (input.answering)
      await tx
        .insertInto("query_answering")
        .values({ ...key, since: now })
        .onConflict((conflict) => conflict.columns(["query_id", "person_id"]).doUpdateSet({ since: now }))
        .execute();
    else
      await tx
        .deleteFrom("query_answering")
        .where("query_id", "=", key.query_id)
        .where("person_id", "=", key.person_id)
        .execute();
    return threadOf(tx, row, actor, now);
  },
});
