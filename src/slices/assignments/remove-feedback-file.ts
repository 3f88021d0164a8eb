/** Taking back a file that was given back. */
import { z } from "zod";
import { feedbackFileHolder, feedbackFileOf } from "./feedback-files.ts";
import { feedbackFileIdField, gradesFeedbackFile } from "./grading-policy.ts";
import { FeedbackFile } from "./grading-schema.ts";
import { operation } from "./tables.ts";

/** Removes a file that was given back with a piece of work. */
export const removeFeedbackFile = operation({
  name: "assignments.removeFeedbackFile",
  summary: "Removes a file that was given back with a submission.",
  kind: "command",
  input: z.strictObject({ feedbackFileId: feedbackFileIdField }),
  output: FeedbackFile,
  policy: gradesFeedbackFile,
  async handle({ input, tx, blobs }) {
    const row = await tx
      .selectFrom("feedback_files")
      .selectAll()
      .where("id", "=", input.feedbackFileId)
      .executeTakeFirstOrThrow();
    await tx.deleteFrom("feedback_files").where("id", "=", row.id).execute();
    await blobs.release(row.sha256, feedbackFileHolder(row.id));
    return feedbackFileOf(row);
  },
});
