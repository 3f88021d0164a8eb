/** The comments that somebody keeps. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { GradingComment } from "./grading-schema.ts";
import { operation } from "./tables.ts";

/** Lists one's own comments, the newest first. */
export const listGradingComments = operation({
  name: "assignments.listGradingComments",
  summary: "Lists the comments that you keep for grading, the newest first.",
  kind: "read",
  input: z.strictObject(pageFields),
  output: pageOf(GradingComment),
  policy: signedIn,
  async handle({ input, actor, db }) {
    const select = db
      .selectFrom("grading_comments")
      .selectAll()
      .where("owner_id", "=", personOf(actor).personId);
    const page = await pageById(select, input, "newest first");
    return { ...page, items: page.items.map((row) => ({ commentId: row.id, text: row.text })) };
  },
});
