/** Keeping a text that a student is writing. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { draftOf, draftRow, requireDraftVersion, touchDraft } from "./drafts.ts";
import { openRefusals, requireOpen, standingOf } from "./handing-in.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, Draft, draftVersionField, textAnswerField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Keeps the text of what is about to be handed in. The version guards against another window or device. */
export const saveDraft = operation({
  name: "assignments.saveDraft",
  summary: "Keeps the text that you are about to hand in.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    text: textAnswerField,
    version: draftVersionField,
  }),
  output: Draft,
  policy: handsInAssignment,
  refusals: {
    stale_version: "conflict",
    no_text: "failed_precondition",
    ...openRefusals,
  },
  async handle({ input, actor, tx, now }) {
    const { personId } = personOf(actor);
    const standing = await standingOf(tx, input.assignmentId, personId);
    requireOpen(standing, now);
    if (standing.assignment.accepts_text === 0)
      throw new Refusal("no_text", "This assignment takes files only, no text.");
    const row = await draftRow(tx, standing);
    requireDraftVersion(row, input.version);
    await touchDraft({ tx, now }, standing, personId, row, input.text);
    return draftOf(tx, standing);
  },
});
