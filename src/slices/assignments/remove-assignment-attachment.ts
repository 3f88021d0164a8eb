/** Taking a file out of an assignment's description, and putting it back. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { versionField } from "#slices/courses/api.ts";
import { attachmentIdField, teachesAttachment } from "./attachment-policy.ts";
import {
  attachmentOf,
  attachmentRow,
  attachmentsOf,
  attachmentVersion,
  requireAttachmentVersion,
} from "./attachments.ts";
import { assignmentUpdated } from "./events.ts";
import { Attachment, attachmentsMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Takes the file out of sight of students. It is kept, so that it can be put back. */
export const removeAssignmentAttachment = operation({
  name: "assignments.removeAssignmentAttachment",
  summary: "Removes a file from an assignment's description, or puts it back.",
  kind: "command",
  input: z.strictObject({
    attachmentId: attachmentIdField,
    version: versionField("the file"),
    restore: z.boolean().default(false).meta({ description: "Puts a removed file back instead." }),
  }),
  output: Attachment,
  policy: teachesAttachment,
  refusals: {
    stale_version: "conflict",
    attachment_removed: "failed_precondition",
    too_many_attachments: "failed_precondition",
  },
  async handle({ input, tx, now, emit }) {
    const row = await attachmentRow(tx, input.attachmentId);
    const { assignment_id: assignmentId, course_id: courseId } = row;
    if (input.restore) {
      requireAttachmentVersion({ ...row, removed_at: null }, input.version);
      const others = (await attachmentsOf(tx, assignmentId)).filter(
        ({ attachmentId }) => attachmentId !== row.id,
      );
      if (others.length >= attachmentsMax)
        throw new Refusal("too_many_attachments", `A description has at most ${attachmentsMax} files.`);
    } else requireAttachmentVersion(row, input.version);
    await tx
      .updateTable("assignment_attachments")
      .set({ removed_at: input.restore ? null : now })
      .where("id", "=", row.id)
      .execute();
    emit(assignmentUpdated, { assignmentId, courseId });
    return attachmentOf(present(await attachmentVersion(tx, row), "an attachment has its version"));
  },
});
