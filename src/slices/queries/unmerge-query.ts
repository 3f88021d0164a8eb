/** Taking a merge back that was a mistake. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { queryUnmerged } from "./events.ts";
import { teachesQuery } from "./policy.ts";
import { moveQuery, queryRow } from "./queries.ts";
import { QueryThread, queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Gives a merged query back the state that it had, and takes the other one's answers from it. */
export const unmergeQuery = operation({
  name: "queries.unmergeQuery",
  summary: "Undoes the merging of a query: it stands by itself again, as it was before.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField }),
  output: QueryThread,
  policy: teachesQuery,
  refusals: { not_merged: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await queryRow(tx, input.queryId);
    const { merged_into: from } = row;
    if (from === null) throw new Refusal("not_merged", "This query is not merged into another one.");
    const life = { state: row.state_before_merge ?? "open", waitingSince: row.waiting_before_merge };
    const alone = { merged_into: null, state_before_merge: null, waiting_before_merge: null };
    await tx.updateTable("queries").set(alone).where("id", "=", row.id).execute();
    const moved = await moveQuery(tx, { ...row, ...alone }, { life, now });
    emit(queryUnmerged, { queryId: row.id, fromQueryId: from, courseId: row.course_id });
    return threadOf(tx, moved, actor, now);
  },
});
