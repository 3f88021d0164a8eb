/** A file of a draft. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { FileReference } from "#kernel/held-blobs.ts";
import { personOf } from "#kernel/policy.ts";
import { fileOf } from "./assignments.ts";
import { draftFiles } from "./drafts.ts";
import { standingOf } from "./handing-in.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, draftFileIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Names a file of one's own draft; the doors then send its bytes. */
export const downloadDraftFile = operation({
  name: "assignments.downloadDraftFile",
  summary: "Gives a file that you are about to hand in.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({ assignmentId: assignmentIdField, fileId: draftFileIdField }),
  output: FileReference,
  policy: handsInAssignment,
  async handle({ input, actor, db }) {
    const standing = await standingOf(db, input.assignmentId, personOf(actor).personId);
    const file = (await draftFiles(db, standing)).find(({ id }) => id === input.fileId);
    if (file === undefined) throw new Refusal("not_found", "There is no such file in your draft.");
    return fileOf(file);
  },
});
