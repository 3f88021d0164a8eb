/** Saying "I ask the same", instead of asking it once more. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { asksTheSame } from "./policy.ts";
import { queryRow } from "./queries.ts";
import { QueryThread, queryIdField, samesMax } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Counts a classmate among those who ask the same, once; they are told of an answer. Or takes that back. */
export const askSameQuery = operation({
  name: "queries.askSameQuery",
  summary: "Says that you ask the same as a classmate, so that you hear of the answer; or takes that back.",
  kind: "command",
  input: z.strictObject({ queryId: queryIdField, same: z.boolean().default(true) }),
  output: QueryThread,
  policy: asksTheSame,
  refusals: { too_many_sames: "failed_precondition" },
  async handle({ input, actor, tx, now }) {
    const row = await queryRow(tx, input.queryId);
    const { personId } = personOf(actor);
    const known = await tx
      .selectFrom("query_sames")
      .select("added_at")
      .where("query_id", "=", row.id)
      .where("person_id", "=", personId)
      .executeTakeFirst();
    if ((known !== undefined) === input.same) return threadOf(tx, row, actor, now);
    if (input.same && row.same_count >= samesMax)
      throw new Refusal(
        "too_many_sames",
        `${samesMax} people ask the same already. Look here again for the answer.`,
      );
    if (input.same)
      await tx
        .insertInto("query_sames")
        .values({ query_id: row.id, person_id: personId, added_at: now })
        .execute();
    else
      await tx
        .deleteFrom("query_sames")
        .where("query_id", "=", row.id)
        .where("person_id", "=", personId)
        .execute();
    const same_count = row.same_count + (input.same ? 1 : -1);
    await tx.updateTable("queries").set({ same_count }).where("id", "=", row.id).execute();
    return threadOf(tx, { ...row, same_count }, actor, now);
  },
});
