/** A file of an assignment's description. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { FileReference } from "#kernel/held-blobs.ts";
import { fileOf } from "./assignments.ts";
import { attachmentIdField, seesAttachment } from "./attachment-policy.ts";
import { attachmentRow, attachmentVersion } from "./attachments.ts";
import { operation } from "./tables.ts";

/** Names the file; the doors then send its bytes. */
export const downloadAssignmentAttachment = operation({
  name: "assignments.downloadAssignmentAttachment",
  summary: "Gives a file of an assignment's description.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({
    attachmentId: attachmentIdField,
    version: z.int().min(1).optional().meta({ description: "Which version; the newest when absent." }),
  }),
  output: FileReference,
  policy: seesAttachment,
  async handle({ input, db }) {
    const { id, version: newest } = await attachmentRow(db, input.attachmentId);
    const row = await attachmentVersion(db, { id, version: input.version ?? newest });
    if (row === undefined)
      throw new Refusal("not_found", `This file has ${newest} versions, no version ${input.version}.`);
    return fileOf(row);
  },
});
