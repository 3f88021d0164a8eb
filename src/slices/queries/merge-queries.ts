/** Answering once what was asked several times. */
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { queryMerged } from "./events.ts";
import { teachesQuery } from "./policy.ts";
import { lifeOf, moveQuery, queryRow } from "./queries.ts";
import { merge } from "./query.ts";
import { mergedMax, QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/**
 * Merges queries into one: its answers by those who teach count for all of them, and each keeps its own text and its own
 * visibility. What was merged into one of them comes along.
 */
export const mergeQueries = operation({
  name: "queries.mergeQueries",
  summary: "Merges queries that ask the same into one, so that one answer reaches everybody who asked.",
  kind: "command",
  input: z.strictObject({
    queryId: queryIdField.meta({ description: "The query that the others are merged into." }),
    duplicateIds: z
      .array(queryIdField)
      .min(1)
      .max(mergedMax)
      .meta({ description: "The queries that ask the same." }),
  }),
  output: QueryThread,
  policy: teachesQuery,
  refusals: { already_merged: "failed_precondition", too_many_merged: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const into = await queryRow(tx, input.queryId);
    const ids = [...new Set(input.duplicateIds)];
    if (ids.includes(into.id)) throw invalidField("duplicateIds", "A query cannot be merged into itself.");
    const rows = await tx
      .selectFrom("queries")
      .selectAll()
      .where("id", "in", ids)
      .where("course_id", "=", into.course_id)
      .orderBy("id")
      .execute();
    if (rows.length !== ids.length)
      throw invalidField("duplicateIds", "One of these is no query of the same course.");
    if (into.merged_into !== null)
      throw new Refusal(
        "already_merged",
        "This query was merged into another one itself. Merge into that one.",
      );
    if (rows.some((row) => row.merged_into !== null))
      throw new Refusal("already_merged", "One of these queries was merged already. Undo that first.");
    const behind = await tx
      .selectFrom("queries")
      .select("id")
      .where("merged_into", "in", [...ids, into.id])
      .execute();
    if (behind.length + rows.length > mergedMax)
      throw new Refusal("too_many_merged", `At most ${mergedMax} queries are merged into one.`);
    for (const row of rows) {
      await tx
        .updateTable("queries")
        .set({
          merged_into: into.id,
          state_before_merge: row.state,
          waiting_before_merge: row.waiting_since,
          shared_from: null,
          shared_until: null,
        })
        .where("id", "=", row.id)
        .execute();
      emit(queryMerged, {
        queryId: row.id,
        intoQueryId: into.id,
        courseId: row.course_id,
        askerId: row.asker_id,
      });
    }
    await tx.updateTable("queries").set({ merged_into: into.id }).where("merged_into", "in", ids).execute();
    const moved = await moveQuery(tx, into, { life: merge(lifeOf(into), rows.map(lifeOf)), now });
    return threadOf(tx, moved, actor, now);
  },
});
