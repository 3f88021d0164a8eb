/** Asking on: what the answers have left open. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { sendAttachments } from "./attachments.ts";
import { queryFollowedUp } from "./events.ts";
import { asksOn } from "./policy.ts";
import { lifeOf, moveQuery, queryRow } from "./queries.ts";
import { followUp } from "./query.ts";
import { answersMax, attachmentIdsField, bodyField, QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/**
 * Adds a follow-up; the query waits again, closed or not. One that was merged goes its own way from here on, and keeps
 * the answers that it has been given.
 */
export const followUpQuery = operation({
  name: "queries.followUpQuery",
  summary: "Adds to your own query what is still open, so that it waits for an answer again.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField, body: bodyField, attachmentIds: attachmentIdsField }),
  output: QueryThread,
  policy: asksOn,
  refusals: { too_many_answers: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const row = await queryRow(tx, input.queryId);
    const { personId } = personOf(actor);
    if (row.answer_count >= answersMax)
      throw new Refusal(
        "too_many_answers",
        `A query takes at most ${answersMax} answers and follow-ups. Ask a new one.`,
      );
    const answerId = newId();
    await tx
      .insertInto("answers")
      .values({
        id: answerId,
        query_id: row.id,
        author_id: personId,
        body: input.body,
        created_at: now,
        kind: "follow_up",
        author_role: "asker",
        endorsed_by: null,
        endorsed_at: null,
        version: 1,
        edited_at: null,
      })
      .execute();
    const { course_id: courseId } = row;
    await sendAttachments(tx, input.attachmentIds, { courseId, personId, queryId: row.id, answerId });
    const parted =
      row.merged_into === null
        ? {}
        : {
            merged_into: null,
            state_before_merge: null,
            waiting_before_merge: null,
            shared_from: row.merged_into,
            shared_until: now,
          };
    if (row.merged_into !== null)
      await tx.updateTable("queries").set(parted).where("id", "=", row.id).execute();
    const moved = await moveQuery(
      tx,
      { ...row, ...parted },
      { life: followUp(lifeOf(row), now), now, answers: 1 },
    );
    emit(queryFollowedUp, { queryId: row.id, courseId, answerId, askerId: row.asker_id });
    return threadOf(tx, moved, actor, now);
  },
});
