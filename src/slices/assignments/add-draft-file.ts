/** Keeping a file that a student is about to hand in. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { fileRefusals, pagesOf } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { personOf } from "#kernel/policy.ts";
import { requireAccepted } from "./accepted-files.ts";
import { assignmentRow } from "./assignments.ts";
import { draftFiles, draftHolder, draftOf, draftRow, touchDraft } from "./drafts.ts";
import { openRefusals, requireOpen, standingOf } from "./handing-in.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, Draft } from "./schema.ts";
import { operation } from "./tables.ts";

/** Adds a file to the draft. Nothing is handed in yet; the file is there on every device from now on. */
export const addDraftFile = operation({
  name: "assignments.addDraftFile",
  summary: "Adds a file to what you are about to hand in.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ assignmentId: assignmentIdField, uploadId: uploadIdField }),
  output: Draft,
  policy: handsInAssignment,
  refusals: {
    ...fileRefusals,
    too_many_files: "failed_precondition",
    ...openRefusals,
  },
  async prepare({ input, blob, read, services }) {
    const file = present(blob, "the call has brought the upload");
    requireAccepted(file, await read((db) => assignmentRow(db, input.assignmentId)));
    // Opened only to refuse now what a grader could not open later.
    await pagesOf(file, services);
  },
  async handle({ input, actor, tx, now, newId, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const { personId } = personOf(actor);
    const standing = await standingOf(tx, input.assignmentId, personId);
    const { assignment, owner } = standing;
    requireOpen(standing, now);
    requireAccepted(file, assignment);
    const files = await draftFiles(tx, standing);
    if (files.length >= assignment.files_max) throw tooMany(assignment.files_max);
    const id = newId();
    await blobs.hold(file, draftHolder(id));
    await tx
      .insertInto("submission_draft_files")
      .values({
        id,
        assignment_id: assignment.id,
        owner_key: owner.key,
        file_name: file.fileName,
        media_type: file.mediaType,
        bytes: file.bytes,
        sha256: file.sha256,
        added_by: personId,
        added_at: now,
      })
      .execute();
    const row = await draftRow(tx, standing);
    await touchDraft({ tx, now }, standing, personId, row, row?.text ?? "");
    return draftOf(tx, standing);
  },
});

function tooMany(filesMax: number): Refusal {
  if (filesMax === 0) return new Refusal("too_many_files", "This assignment takes a text only, no files.");
  const files = filesMax === 1 ? "one file" : `${filesMax} files`;
  return new Refusal(
    "too_many_files",
    `This assignment takes ${files} at a time. Remove one from your draft, then add this one.`,
  );
}
