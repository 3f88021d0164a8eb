/** Opening a query again that was not settled after all. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { queryReopened } from "./events.ts";
import { settlesQuery } from "./policy.ts";
import { lifeOf, moveQuery, queryRow } from "./queries.ts";
import { reopen } from "./query.ts";
import { QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Reopens a query: it waits for an answer again, behind those that wait already. Twice is harmless. */
export const reopenQuery = operation({
  name: "queries.reopenQuery",
  summary: "Opens a query again, so that it waits for an answer.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField }),
  output: QueryThread,
  policy: settlesQuery,
  refusals: { query_merged: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await queryRow(tx, input.queryId);
    if (row.merged_into !== null)
      throw new Refusal(
        "query_merged",
        "This query was merged into another one. Follow it up, or have the merge undone.",
      );
    const life = reopen(lifeOf(row), now);
    if (life.state === row.state) return threadOf(tx, row, actor, now);
    const moved = await moveQuery(tx, row, { life, now });
    emit(queryReopened, { queryId: row.id, courseId: row.course_id });
    return threadOf(tx, moved, actor, now);
  },
});
