/** Keeping a comment to use again. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { commentLengthMax, commentsMax, GradingComment } from "./grading-schema.ts";
import { operation } from "./tables.ts";

/** Keeps a comment in one's own library, in all courses. */
export const saveGradingComment = operation({
  name: "assignments.saveGradingComment",
  summary: "Keeps a comment of yours, to use it again when you grade.",
  kind: "command",
  input: z.strictObject({
    text: z
      .string()
      .trim()
      .min(1)
      .max(commentLengthMax)
      .meta({ description: "What you write often, in plain text or Markdown." }),
  }),
  output: GradingComment,
  policy: signedIn,
  refusals: { comments_full: "failed_precondition" },
  async handle({ input, actor, tx, now, newId }) {
    const { personId } = personOf(actor);
    const rows = await tx
      .selectFrom("grading_comments")
      .selectAll()
      .where("owner_id", "=", personId)
      .execute();
    const same = rows.find(({ text }) => text === input.text);
    if (same !== undefined) return { commentId: same.id, text: same.text };
    if (rows.length >= commentsMax)
      throw new Refusal(
        "comments_full",
        `You keep ${commentsMax} comments, which is the most. Remove one first.`,
      );
    const row = { id: newId(), owner_id: personId, text: input.text, created_at: now };
    await tx.insertInto("grading_comments").values(row).execute();
    return { commentId: row.id, text: row.text };
  },
});
