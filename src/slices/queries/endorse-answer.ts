/** Standing by a classmate's answer. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy } from "#slices/courses/api.ts";
import { queryAnswered, queryChanged } from "./events.ts";
import { teachesAnswer } from "./policy.ts";
import { askersOf, lifeOf, moveQuery, queryRow } from "./queries.ts";
import { endorse } from "./query.ts";
import { answerIdField, QueryThread } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Endorses a classmate's answer, which ends the waiting; or takes that back, which begins it no more. Twice is harmless. */
export const endorseAnswer = operation({
  name: "queries.endorseAnswer",
  summary: "Says that a student's answer is right, so that the query is answered; or takes that back.",
  kind: "command",
  input: z.strictObject({ answerId: answerIdField, endorsed: z.boolean().default(true) }),
  output: QueryThread,
  policy: teachesAnswer,
  refusals: { not_a_classmates_answer: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const answer = await tx
      .selectFrom("answers")
      .selectAll()
      .where("id", "=", input.answerId)
      .executeTakeFirstOrThrow();
    const row = await queryRow(tx, answer.query_id);
    if (answer.author_role !== "classmate")
      throw new Refusal("not_a_classmates_answer", "Only answers of students are endorsed.");
    if ((answer.endorsed_by !== null) === input.endorsed) return threadOf(tx, row, actor, now);
    await tx
      .updateTable("answers")
      .set(
        input.endorsed
          ? { endorsed_by: changedBy(actor), endorsed_at: now }
          : { endorsed_by: null, endorsed_at: null },
      )
      .where("id", "=", answer.id)
      .execute();
    const { course_id: courseId } = row;
    if (!input.endorsed || row.state !== "open" || row.merged_into !== null) {
      emit(queryChanged, { queryId: row.id, courseId });
      return threadOf(tx, row, actor, now);
    }
    const moved = await moveQuery(tx, row, { life: endorse(lifeOf(row)), now });
    for (const asker of await askersOf(tx, row))
      emit(queryAnswered, { ...asker, courseId, answerId: answer.id });
    return threadOf(tx, moved, actor, now);
  },
});
