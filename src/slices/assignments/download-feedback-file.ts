/** A file that was given back. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { feedbackFileOf } from "./feedback-files.ts";
import { feedbackFileIdField, seesFeedbackFile } from "./grading-policy.ts";
import { operation } from "./tables.ts";

/** Names the file; the doors then send its bytes. */
export const downloadFeedbackFile = operation({
  name: "assignments.downloadFeedbackFile",
  summary: "Gives a file that was given back with a submission.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({ feedbackFileId: feedbackFileIdField }),
  output: FileReference,
  policy: seesFeedbackFile,
  async handle({ input, db }) {
    const row = await db
      .selectFrom("feedback_files")
      .selectAll()
      .where("id", "=", input.feedbackFileId)
      .executeTakeFirstOrThrow();
    return feedbackFileOf(row).file;
  },
});
