/** Answering a query. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, loadStanding, teaches } from "#slices/courses/api.ts";
import { sendAttachments } from "./attachments.ts";
import { queryAnswered } from "./events.ts";
import { answersQuery } from "./policy.ts";
import { askersOf, lifeOf, moveQuery, queryRow } from "./queries.ts";
import { answer, answerAsClassmate } from "./query.ts";
import { answersMax, attachmentIdsField, bodyField, QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/**
 * Adds an answer. One of those who teach ends the waiting, for everybody whose query was merged into it too; a
 * classmate's is there to be read, and to be endorsed.
 */
export const answerQuery = operation({
  name: "queries.answerQuery",
  summary: "Answers a query.",
  kind: "command",
  input: z.strictObject({
    queryId: queryIdField,
    body: bodyField,
    attachmentIds: attachmentIdsField,
    answersSeen: z.int().min(0).optional().meta({
      description:
        "How many answers you have seen: where there are more by now, you are told instead of answering twice.",
    }),
  }),
  output: QueryThread,
  policy: answersQuery,
  refusals: {
    query_closed: "failed_precondition",
    query_merged: "failed_precondition",
    too_many_answers: "failed_precondition",
    answered_meanwhile: "conflict",
  },
  async handle({ input, actor, tx, now, newId, emit }) {
    const row = await queryRow(tx, input.queryId);
    const isStaff = teaches(await loadStanding(tx, actor, row.course_id));
    const life = (isStaff ? answer : answerAsClassmate)(lifeOf(row));
    if (row.merged_into !== null)
      throw new Refusal(
        "query_merged",
        "This query was merged into another one. Answer that one: its answer counts here.",
      );
    if (row.answer_count >= answersMax)
      throw new Refusal("too_many_answers", `A query takes at most ${answersMax} answers.`);
    if (input.answersSeen !== undefined && row.answer_count > input.answersSeen)
      throw new Refusal(
        "answered_meanwhile",
        "Somebody answered while you were writing. Read what came, then send yours or leave it.",
      );
    const answerId = newId();
    const personId = changedBy(actor);
    await tx
      .insertInto("answers")
      .values({
        id: answerId,
        query_id: row.id,
        author_id: personId,
        body: input.body,
        created_at: now,
        kind: "answer",
        author_role: isStaff ? "staff" : "classmate",
        endorsed_by: null,
        endorsed_at: null,
        version: 1,
        edited_at: null,
      })
      .execute();
    const { course_id: courseId } = row;
    await sendAttachments(tx, input.attachmentIds, { courseId, personId, queryId: row.id, answerId });
    await tx
      .deleteFrom("query_answering")
      .where("query_id", "=", row.id)
      .where("person_id", "=", personId)
      .execute();
    const moved = await moveQuery(tx, row, { life, now, answers: 1 });
    const askers = isStaff ? await askersOf(tx, row) : [{ queryId: row.id, askerId: row.asker_id }];
    for (const asker of askers) emit(queryAnswered, { ...asker, courseId, answerId });
    return threadOf(tx, moved, actor, now);
  },
});
