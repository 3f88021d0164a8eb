/** Opening a query again that was not settled after all. */
import { z } from "zod";
import { queryReopened } from "./events.ts";
import { seesQuery } from "./policy.ts";
import { lifeOf, moveQuery, queryRow, threadOf } from "./queries.ts";
import { reopen } from "./query.ts";
import { QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Reopens a query: it waits for an answer again, behind those that wait already. Twice is harmless. */
export const reopenQuery = operation({
  name: "queries.reopenQuery",
  summary: "Opens a query again, so that it waits for an answer.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField }),
  output: QueryThread,
  policy: seesQuery,
  async handle({ input, tx, now, emit }) {
    const row = await queryRow(tx, input.queryId);
    const life = reopen(lifeOf(row), now);
    if (life.state === row.state) return threadOf(tx, row);
    const moved = await moveQuery(tx, row, { life, now });
    emit(queryReopened, { queryId: row.id, courseId: row.course_id });
    return threadOf(tx, moved);
  },
});
