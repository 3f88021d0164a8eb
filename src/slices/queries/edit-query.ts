/** Correcting what was asked, as long as nobody has answered it. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { cleanLine, versionField } from "#slices/courses/api.ts";
import { editRefusals, keepRevision, requireEditable } from "./edits.ts";
import { queryChanged } from "./events.ts";
import { asksOn } from "./policy.ts";
import { queryRow } from "./queries.ts";
import { bodyField, QueryThread, queryIdField, titleField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Changes title and text; what is answered already keeps the question that was answered. */
export const editQuery = operation({
  name: "queries.editQuery",
  summary: "Corrects your own query, as long as nobody has answered it.",
  kind: "command",
  input: z.strictObject({
    queryId: queryIdField,
    version: versionField("the query"),
    title: titleField.optional(),
    body: bodyField.optional(),
  }),
  output: QueryThread,
  policy: asksOn,
  refusals: { ...editRefusals, answered_already: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const row = await queryRow(tx, input.queryId);
    requireEditable(row.version, input.version);
    if (row.answer_count > 0 || row.merged_into !== null)
      throw new Refusal(
        "answered_already",
        "There are answers to it already. Add what you mean as a follow-up.",
      );
    const changes = {
      title: input.title === undefined ? row.title : cleanLine(input.title),
      body: input.body ?? row.body,
      version: row.version + 1,
      edited_at: now,
      updated_at: now,
    };
    await keepRevision(tx, {
      id: newId(),
      query_id: row.id,
      answer_id: null,
      title: row.title,
      body: row.body,
      written_by: row.asker_id,
      replaced_at: now,
    });
    await tx.updateTable("queries").set(changes).where("id", "=", row.id).execute();
    emit(queryChanged, { queryId: row.id, courseId: row.course_id });
    return threadOf(tx, { ...row, ...changes }, actor, now);
  },
});
