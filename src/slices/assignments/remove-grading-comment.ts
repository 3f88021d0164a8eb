/** Removing a comment from one's library. */
import { z } from "zod";
import { tablesOf } from "#engines/store/port.ts";
import { allow, denyNotFound, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { idField } from "#slices/courses/api.ts";
import { GradingComment } from "./grading-schema.ts";
import { type AssignmentsTables, operation } from "./tables.ts";

const ownsComment: Policy<{ readonly commentId: string }> = {
  claim: "keeps the comment",
  async decide({ actor, input, database }) {
    if (actor.kind !== "person") return denyUnauthenticated;
    const row = await tablesOf<AssignmentsTables>(database)
      .selectFrom("grading_comments")
      .select("owner_id")
      .where("id", "=", input.commentId)
      .executeTakeFirst();
    return row?.owner_id === actor.personId ? allow : denyNotFound("comment");
  },
};

/** Removes a comment of one's own; where it was used, it stays. */
export const removeGradingComment = operation({
  name: "assignments.removeGradingComment",
  summary: "Removes a comment that you keep for grading.",
  kind: "command",
  input: z.strictObject({ commentId: idField("the comment") }),
  output: GradingComment,
  policy: ownsComment,
  async handle({ input, tx }) {
    const row = await tx
      .deleteFrom("grading_comments")
      .where("id", "=", input.commentId)
      .returning(["id", "text"])
      .executeTakeFirstOrThrow();
    return { commentId: row.id, text: row.text };
  },
});
