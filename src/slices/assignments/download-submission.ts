/** The file of a piece of work. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { FileReference } from "#kernel/held-blobs.ts";
import { fileOf } from "./assignments.ts";
import { seesSubmission } from "./policy.ts";
import { submissionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Names the file of the latest attempt, or of an earlier one; the doors then send its bytes. */
export const downloadSubmission = operation({
  name: "assignments.downloadSubmission",
  summary: "Gives the file of a submission: the latest attempt, or the one you name.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({
    submissionId: submissionIdField,
    attempt: z.int().min(1).optional().meta({ description: "Which attempt; the latest when absent." }),
  }),
  output: FileReference,
  policy: seesSubmission,
  async handle({ input, db }) {
    let select = db
      .selectFrom("submission_attempts")
      .selectAll()
      .where("submission_id", "=", input.submissionId)
      .orderBy("attempt", "desc")
      .limit(1);
    if (input.attempt !== undefined) select = select.where("attempt", "=", input.attempt);
    const row = await select.executeTakeFirst();
    if (row === undefined) throw new Refusal("not_found", `This submission has no attempt ${input.attempt}.`);
    return fileOf(row);
  },
});
