/** Answering a query. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy } from "#slices/courses/api.ts";
import { queryAnswered } from "./events.ts";
import { answersQuery } from "./policy.ts";
import { lifeOf, moveQuery, queryRow, threadOf } from "./queries.ts";
import { answer } from "./query.ts";
import { answersMax, bodyField, QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Adds an answer; the query waits no longer. */
export const answerQuery = operation({
  name: "queries.answerQuery",
  summary: "Answers a query.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField, body: bodyField }),
  output: QueryThread,
  policy: answersQuery,
  refusals: { query_closed: "failed_precondition", too_many_answers: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const row = await queryRow(tx, input.queryId);
    const life = answer(lifeOf(row));
    if (row.answer_count >= answersMax)
      throw new Refusal("too_many_answers", `A query takes at most ${answersMax} answers.`);
    const answerId = newId();
    await tx
      .insertInto("answers")
      .values({
        id: answerId,
        query_id: row.id,
        author_id: changedBy(actor),
        body: input.body,
        created_at: now,
      })
      .execute();
    const moved = await moveQuery(tx, row, { life, now, answers: 1 });
    emit(queryAnswered, { queryId: row.id, courseId: row.course_id, answerId, askerId: row.asker_id });
    return threadOf(tx, moved);
  },
});
