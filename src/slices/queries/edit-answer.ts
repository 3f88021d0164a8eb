/** Correcting one's own answer or follow-up. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { versionField } from "#slices/courses/api.ts";
import { editRefusals, keepRevision, requireEditable } from "./edits.ts";
import { queryChanged } from "./events.ts";
import { wroteAnswer } from "./policy.ts";
import { queryRow } from "./queries.ts";
import { answerIdField, bodyField, QueryThread } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Changes the text; an endorsement was of the text before it, so it goes. */
export const editAnswer = operation({
  name: "queries.editAnswer",
  summary: "Corrects your own answer or follow-up; what it said before is kept.",
  kind: "command",
  input: z.strictObject({ answerId: answerIdField, version: versionField("the answer"), body: bodyField }),
  output: QueryThread,
  policy: wroteAnswer,
  refusals: { ...editRefusals, query_closed: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const answer = await tx
      .selectFrom("answers")
      .selectAll()
      .where("id", "=", input.answerId)
      .executeTakeFirstOrThrow();
    const row = await queryRow(tx, answer.query_id);
    requireEditable(answer.version, input.version);
    if (row.state === "closed")
      throw new Refusal("query_closed", "This query is closed. Reopen it to change something.");
    await keepRevision(tx, {
      id: newId(),
      query_id: row.id,
      answer_id: answer.id,
      title: null,
      body: answer.body,
      written_by: answer.author_id,
      replaced_at: now,
    });
    await tx
      .updateTable("answers")
      .set({
        body: input.body,
        version: answer.version + 1,
        edited_at: now,
        endorsed_by: null,
        endorsed_at: null,
      })
      .where("id", "=", answer.id)
      .execute();
    emit(queryChanged, { queryId: row.id, courseId: row.course_id });
    return threadOf(tx, row, actor, now);
  },
});
