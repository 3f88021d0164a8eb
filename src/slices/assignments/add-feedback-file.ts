/** Giving a file back with a piece of work. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { changedBy, idField } from "#slices/courses/api.ts";
import { feedbackFileHolder, feedbackFileOf } from "./feedback-files.ts";
import { requireGradable } from "./grade-writer.ts";
import { FeedbackFile, feedbackFilesMax } from "./grading-schema.ts";
import { gradesSubmission } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { submissionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives back a file, annotated or of one's own; its student sees it with the released grade. */
export const addFeedbackFile = operation({
  name: "assignments.addFeedbackFile",
  summary: "Gives a file back with a submission, for instance the annotated work.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({
    submissionId: submissionIdField,
    studentId: idField("the student, as a second check that the file goes where you mean").optional(),
    uploadId: uploadIdField,
  }),
  output: FeedbackFile,
  policy: gradesSubmission,
  refusals: {
    withdrawn: "failed_precondition",
    feedback_files_full: "failed_precondition",
    file_empty: "invalid_input",
  },
  async handle({ input, actor, tx, now, newId, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    if (file.bytes === 0)
      throw new Refusal(
        "file_empty",
        `${file.fileName} is empty: it has no bytes. Save it again and send it then.`,
        { kind: "invalid_input", problems: [{ field: "uploadId", message: "This file is empty." }] },
      );
    const work = await tx
      .selectFrom("submissions")
      .selectAll()
      .where("id", "=", input.submissionId)
      .executeTakeFirstOrThrow();
    const names = await nameView(tx, work.assignment_id, [work.student_id]);
    requireGradable(work, { studentId: input.studentId, names });
    const { count } = await tx
      .selectFrom("feedback_files")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("submission_id", "=", work.id)
      .executeTakeFirstOrThrow();
    if (Number(count) >= feedbackFilesMax)
      throw new Refusal(
        "feedback_files_full",
        `At most ${feedbackFilesMax} files are given back with one piece of work.`,
      );
    const row = {
      id: newId(),
      submission_id: work.id,
      assignment_id: work.assignment_id,
      course_id: work.course_id,
      file_name: file.fileName,
      media_type: file.mediaType,
      bytes: file.bytes,
      sha256: file.sha256,
      added_by: changedBy(actor),
      added_at: now,
    };
    await blobs.hold(file, feedbackFileHolder(row.id));
    await tx.insertInto("feedback_files").values(row).execute();
    return feedbackFileOf(row);
  },
});
