/** Replacing a file of an assignment's description. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { changedBy, requireCourseRoom, versionField } from "#slices/courses/api.ts";
import { attachmentIdField, teachesAttachment } from "./attachment-policy.ts";
import {
  attachmentHolder,
  attachmentRefusals,
  attachmentRow,
  putAttachmentVersion,
  requireAttachable,
  requireAttachmentVersion,
} from "./attachments.ts";
import { assignmentUpdated } from "./events.ts";
import { Attachment } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives the file a new version; students get that one from now on, and the one before can still be fetched. */
export const replaceAssignmentAttachment = operation({
  name: "assignments.replaceAssignmentAttachment",
  summary: "Replaces a file of an assignment's description by a newer one.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({
    attachmentId: attachmentIdField,
    version: versionField("the file"),
    uploadId: uploadIdField,
  }),
  output: Attachment,
  policy: teachesAttachment,
  refusals: {
    ...attachmentRefusals,
    stale_version: "conflict",
    attachment_removed: "failed_precondition",
  },
  async prepare({ input, blob, read, services }) {
    const file = present(blob, "the call has brought the upload");
    await requireAttachable(file, services);
    const { slices } = services;
    await read(async (db) => {
      const { course_id: courseId } = await attachmentRow(db, input.attachmentId);
      await requireCourseRoom(db, { slices, courseId, more: file.bytes });
    });
  },
  async handle({ input, actor, tx, now, emit, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const row = await attachmentRow(tx, input.attachmentId);
    requireAttachmentVersion(row, input.version);
    const { assignment_id: assignmentId, course_id: courseId } = row;
    const version = row.version + 1;
    await blobs.hold(file, attachmentHolder(row.id));
    await tx.updateTable("assignment_attachments").set({ version }).where("id", "=", row.id).execute();
    emit(assignmentUpdated, { assignmentId, courseId });
    const added = { attachment_id: row.id, version, added_by: changedBy(actor), added_at: now };
    return putAttachmentVersion(tx, file, added);
  },
});
