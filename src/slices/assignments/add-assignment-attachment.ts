/** Adding a file to an assignment's description. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { changedBy, requireCourseRoom } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import {
  attachmentHolder,
  attachmentRefusals,
  attachmentsOf,
  putAttachmentVersion,
  requireAttachable,
} from "./attachments.ts";
import { assignmentUpdated } from "./events.ts";
import { teachesAssignment } from "./policy.ts";
import { Attachment, assignmentIdField, attachmentsMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Adds a file that students read with the instructions, as soon as they see these. */
export const addAssignmentAttachment = operation({
  name: "assignments.addAssignmentAttachment",
  summary: "Adds a file to the description of an assignment, for its students.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ assignmentId: assignmentIdField, uploadId: uploadIdField }),
  output: Attachment,
  policy: teachesAssignment,
  refusals: { ...attachmentRefusals, too_many_attachments: "failed_precondition" },
  async prepare({ input, blob, read, services }) {
    const file = present(blob, "the call has brought the upload");
    await requireAttachable(file, services);
    const { slices } = services;
    await read(async (db) => {
      const { course_id: courseId } = await assignmentRow(db, input.assignmentId);
      await requireCourseRoom(db, { slices, courseId, more: file.bytes });
    });
  },
  async handle({ input, actor, tx, now, newId, emit, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const { id: assignmentId, course_id: courseId } = await assignmentRow(tx, input.assignmentId);
    if ((await attachmentsOf(tx, assignmentId)).length >= attachmentsMax)
      throw new Refusal(
        "too_many_attachments",
        `A description has at most ${attachmentsMax} files. Remove one, or put several into one ZIP.`,
      );
    const id = newId();
    await blobs.hold(file, attachmentHolder(id));
    await tx
      .insertInto("assignment_attachments")
      .values({ id, course_id: courseId, assignment_id: assignmentId, version: 1, removed_at: null })
      .execute();
    emit(assignmentUpdated, { assignmentId, courseId });
    const added = { attachment_id: id, version: 1, added_by: changedBy(actor), added_at: now };
    return putAttachmentVersion(tx, file, added);
  },
});
