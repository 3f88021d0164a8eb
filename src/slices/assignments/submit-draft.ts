/** Handing in a draft. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import type { HeldBlobs } from "#kernel/held-blobs.ts";
import { personOf } from "#kernel/policy.ts";
import { requireAccepted } from "./accepted-files.ts";
import { draftFiles, draftHolder, draftRow, requireDraftVersion, touchDraft } from "./drafts.ts";
import { handInRefusals, requireOpen, standingOf, takeAttempt } from "./handing-in.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, draftVersionField, SubmissionReceipt } from "./schema.ts";
import { signerOf } from "./signing.ts";
import {
  type AssignmentsTable,
  type AssignmentsTables,
  operation,
  type SubmissionDraftFilesTable,
} from "./tables.ts";

/**
 * Hands in the draft as the next attempt, and empties it. The version is the one that was on the screen: a second press,
 * or another window, finds that it is handed in already and makes no second attempt.
 */
export const submitDraft = operation({
  name: "assignments.submitDraft",
  summary: "Hands in your draft, and gives a signed receipt with the hash of everything in it.",
  kind: "command",
  input: z.strictObject({ assignmentId: assignmentIdField, version: draftVersionField }),
  output: SubmissionReceipt,
  policy: handsInAssignment,
  refusals: {
    ...handInRefusals,
    stale_version: "conflict",
    nothing_to_hand_in: "failed_precondition",
    too_many_files: "failed_precondition",
    no_text: "failed_precondition",
    unsupported_type: "unsupported_type",
    upload_expired: "failed_precondition",
  },
  prepare: async ({ services }) => ({ sign: signerOf(services) }),
  async handle({ input, actor, tx, now, newId, emit, blobs, facts }) {
    const { personId } = personOf(actor);
    const standing = await standingOf(tx, input.assignmentId, personId);
    requireOpen(standing, now);
    const row = await draftRow(tx, standing);
    requireDraftVersion(row, input.version);
    const files = await draftFiles(tx, standing);
    const text = row === undefined || row.text.trim() === "" ? null : row.text;
    requireWork(standing.assignment, files, text);
    const context = { tx, now, newId, emit, blobs };
    const receipt = await takeAttempt(context, standing, personId, { files, text }, facts.sign);
    await forgetFiles(tx, blobs, files);
    await touchDraft({ tx, now }, standing, personId, row, "");
    return receipt;
  },
});

/** What was put into the draft may have been allowed then and not now. */
function requireWork(
  assignment: AssignmentsTable,
  files: readonly SubmissionDraftFilesTable[],
  text: string | null,
): void {
  if (files.length === 0 && text === null)
    throw new Refusal("nothing_to_hand_in", "Your draft is empty: add a file or write a text first.");
  if (files.length > assignment.files_max)
    throw new Refusal(
      "too_many_files",
      `This assignment now takes ${assignment.files_max} files. Remove some from your draft, then hand in.`,
    );
  if (text !== null && assignment.accepts_text === 0)
    throw new Refusal("no_text", "This assignment now takes files only. Empty the text, then hand in.");
  for (const file of files)
    requireAccepted({ fileName: file.file_name, mediaType: file.media_type, bytes: file.bytes }, assignment);
}

async function forgetFiles(
  tx: Kysely<AssignmentsTables>,
  blobs: HeldBlobs,
  files: readonly SubmissionDraftFilesTable[],
): Promise<void> {
  if (files.length === 0) return;
  const ids = files.map(({ id }) => id);
  await tx.deleteFrom("submission_draft_files").where("id", "in", ids).execute();
  for (const { id, sha256 } of files) await blobs.release(sha256, draftHolder(id));
}
