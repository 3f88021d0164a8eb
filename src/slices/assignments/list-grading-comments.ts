/** The comments that somebody keeps. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
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
    let select = db
      .selectFrom("grading_comments")
      .selectAll()
      .where("owner_id", "=", personOf(actor).personId)
      .orderBy("id", "desc");
    if (input.cursor !== undefined) select = select.where("id", "<", decodeCursor(input.cursor, ["text"])[0]);
    return cutPage(
      await select.limit(input.limit + 1).execute(),
      input.limit,
      (row) => [row.id],
      (row) => ({ commentId: row.id, text: row.text }),
    );
  },
});
