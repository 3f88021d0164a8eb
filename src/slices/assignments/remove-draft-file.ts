/** Taking a file out of a draft. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { draftFiles, draftHolder, draftOf, draftRow, touchDraft } from "./drafts.ts";
import { standingOf } from "./handing-in.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, Draft, draftFileIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Takes a file out of the draft; what was handed in is not touched. */
export const removeDraftFile = operation({
  name: "assignments.removeDraftFile",
  summary: "Takes a file out of what you are about to hand in.",
  kind: "command",
  input: z.strictObject({ assignmentId: assignmentIdField, fileId: draftFileIdField }),
  output: Draft,
  policy: handsInAssignment,
  async handle({ input, actor, tx, now, blobs }) {
    const { personId } = personOf(actor);
    const standing = await standingOf(tx, input.assignmentId, personId);
    const file = (await draftFiles(tx, standing)).find(({ id }) => id === input.fileId);
    if (file === undefined) throw new Refusal("not_found", "There is no such file in your draft.");
    await tx.deleteFrom("submission_draft_files").where("id", "=", file.id).execute();
    await blobs.release(file.sha256, draftHolder(file.id));
    const row = await draftRow(tx, standing);
    await touchDraft({ tx, now }, standing, personId, row, row?.text ?? "");
    return draftOf(tx, standing);
  },
});
