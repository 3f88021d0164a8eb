/** Whether a receipt is genuine. */
import { z } from "zod";
import { signedIn } from "#kernel/policy.ts";
import { placeOfAttempt } from "./merge-work.ts";
import { readReceipt } from "./receipt.ts";
import { receiptTextField } from "./schema.ts";
import { signerOf } from "./signing.ts";
import { operation } from "./tables.ts";

/**
 * Says whether the school gave this receipt, word for word. It tells no more than the receipt itself, so whoever was
 * shown one may ask. A command, since only commands may use the school's key; that somebody asked is in the audit trail.
 */
export const verifyReceipt = operation({
  name: "assignments.verifyReceipt",
  summary: "Says whether a receipt of submitted work is genuine and unchanged.",
  kind: "command",
  input: z.strictObject({ receipt: receiptTextField }),
  output: z
    .object({
      isGenuine: z.boolean(),
      submissionId: z.string().nullable().meta({ description: "Null unless it is genuine." }),
      attempt: z.int().nullable(),
      receivedAt: z.int().nullable().meta({ description: "Milliseconds UTC." }),
      isKept: z.boolean().meta({ description: "Whether the school still has this attempt." }),
    })
    .meta({ id: "VerifiedReceipt" }),
  policy: signedIn,
  prepare: async ({ input, services }) => readReceipt(input.receipt, signerOf(services)),
  async handle({ facts, tx }) {
    if (facts === null)
      return { isGenuine: false, submissionId: null, attempt: null, receivedAt: null, isKept: false };
    const place = await placeOfAttempt(tx, facts.submissionId, facts.attempt);
    const kept = await tx
      .selectFrom("submission_attempts")
      .select("attempt")
      .where("submission_id", "=", place.submissionId)
      .where("attempt", "=", place.attempt)
      .executeTakeFirst();
    return { isGenuine: true, ...facts, isKept: kept !== undefined };
  },
});
