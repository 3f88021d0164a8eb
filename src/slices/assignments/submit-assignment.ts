/** Handing in work. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { fileRefusals, pagesOf } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { personOf } from "#kernel/policy.ts";
import { requireAccepted } from "./accepted-files.ts";
import { assignmentRow } from "./assignments.ts";
import { handInRefusals, standingOf, takeAttempt } from "./handing-in.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, SubmissionReceipt } from "./schema.ts";
import { signerOf } from "./signing.ts";
import { operation } from "./tables.ts";

/**
 * Takes one file as the student's next attempt, past the draft, and gives a receipt for it: for programs, and for work of
 * one file. Work that comes late is taken and marked so. Earlier attempts are kept; the latest one is graded.
 */
export const submitAssignment = operation({
  name: "assignments.submitAssignment",
  summary: "Hands in a file for an assignment, and gives a receipt with its hash.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ assignmentId: assignmentIdField, uploadId: uploadIdField }),
  output: SubmissionReceipt,
  policy: handsInAssignment,
  refusals: { ...fileRefusals, ...handInRefusals, no_files: "failed_precondition" },
  async prepare({ input, blob, read, services }) {
    const file = present(blob, "the call has brought the upload");
    requireAccepted(file, await read((db) => assignmentRow(db, input.assignmentId)));
    // Opened only to refuse now what a grader could not open later.
    await pagesOf(file, services);
    return { sign: signerOf(services) };
  },
  async handle({ input, actor, tx, now, newId, emit, blob, blobs, facts }) {
    const file = present(blob, "the call has brought the upload");
    const { personId } = personOf(actor);
    const standing = await standingOf(tx, input.assignmentId, personId);
    if (standing.assignment.files_max === 0)
      throw new Refusal("no_files", "This assignment takes a text only, no files.");
    requireAccepted(file, standing.assignment);
    const { fileName: file_name, mediaType: media_type, bytes, sha256 } = file;
    const work = { files: [{ file_name, media_type, bytes, sha256 }], text: null };
    return takeAttempt({ tx, now, newId, emit, blobs }, standing, personId, work, facts.sign);
  },
});
