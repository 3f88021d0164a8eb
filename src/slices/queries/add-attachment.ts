/** Adding a file to a query or an answer that is being written. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { type FileKindName, fileKinds, fileRefusals, pagesOf, requireKind } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { changedBy, courseIdField } from "#slices/courses/api.ts";
import { fileOf, holderOf } from "./attachments.ts";
import { writesInCourse } from "./policy.ts";
import { Attachment, attachmentBytesMax, unsentAttachmentsMax } from "./schema.ts";
import { operation } from "./tables.ts";

const kindsTaken = Object.keys(fileKinds) as FileKindName[];

/** Keeps the file for its author until the text is sent; a day later it is thrown away. */
export const addAttachment = operation({
  name: "queries.addAttachment",
  summary: "Adds a file to send along with a query, an answer or a follow-up that you write.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ courseId: courseIdField, uploadId: uploadIdField }),
  output: Attachment,
  policy: writesInCourse,
  refusals: { ...fileRefusals, too_many_attachments: "failed_precondition" },
  async prepare({ blob, services }) {
    const file = present(blob, "the call has brought the upload");
    requireKind(file, kindsTaken);
    if (file.bytes > attachmentBytesMax)
      throw new Refusal(
        "too_large",
        `A file beside a query has at most ${attachmentBytesMax / 1024 ** 2} MiB.`,
      );
    await pagesOf(file, services);
  },
  async handle({ input, actor, tx, now, newId, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const addedBy = changedBy(actor);
    const unsent = await tx
      .selectFrom("query_attachments")
      .select("id")
      .where("course_id", "=", input.courseId)
      .where("added_by", "=", addedBy)
      .where("query_id", "is", null)
      .limit(unsentAttachmentsMax)
      .execute();
    if (unsent.length >= unsentAttachmentsMax)
      throw new Refusal(
        "too_many_attachments",
        `You have added ${unsentAttachmentsMax} files without sending them. Send your text first; they go after a day.`,
      );
    const row = {
      id: newId(),
      course_id: input.courseId,
      query_id: null,
      answer_id: null,
      added_by: addedBy,
      added_at: now,
      file_name: file.fileName,
      media_type: file.mediaType,
      bytes: file.bytes,
      sha256: file.sha256,
    };
    await blobs.hold(file, holderOf(row.id));
    await tx.insertInto("query_attachments").values(row).execute();
    return { attachmentId: row.id, file: fileOf(row) };
  },
});
