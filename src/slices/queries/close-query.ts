/** Closing a query that needs nothing more. */
import { z } from "zod";
import { queryClosed } from "./events.ts";
import { settlesQuery } from "./policy.ts";
import { lifeOf, moveQuery, queryRow } from "./queries.ts";
import { close } from "./query.ts";
import { QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Closes a query, answered or not; its asker and those who teach may. Twice is harmless. */
export const closeQuery = operation({
  name: "queries.closeQuery",
  summary: "Closes a query that needs no answer any more.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField }),
  output: QueryThread,
  policy: settlesQuery,
  async handle({ input, actor, tx, now, emit }) {
    const row = await queryRow(tx, input.queryId);
    const life = close(lifeOf(row));
    if (life.state === row.state) return threadOf(tx, row, actor, now);
    const moved = await moveQuery(tx, row, { life, now });
    emit(queryClosed, { queryId: row.id, courseId: row.course_id });
    return threadOf(tx, moved, actor, now);
  },
});
