/** New recovery codes in place of the old ones. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { confirmPassword, confirmPasswordRefusals } from "./confirm-password.ts";
import { signedInThemselves } from "./policy.ts";
import { keepRecoveryCodes, newRecoveryCodes, recoveryCodes } from "./recovery-codes.ts";
import { passwordField, RecoveryCodes } from "./schema.ts";
import { operation } from "./tables.ts";
import { isTwoStep, secondStepsOf } from "./two-step.ts";

/** Gives ten fresh codes; those from before stop working. */
export const renewRecoveryCodes = operation({
  name: "identity.renewRecoveryCodes",
  summary: "Gives ten fresh recovery codes; those from before stop working.",
  kind: "command",
  input: z.strictObject({ currentPassword: passwordField }),
  output: RecoveryCodes,
  policy: signedInThemselves,
  refusals: { ...confirmPasswordRefusals, two_step_is_off: "failed_precondition" },
  async prepare(context) {
    await confirmPassword(context, context.input.currentPassword);
    return newRecoveryCodes(context.services.tokens, context.random);
  },
  async handle({ actor, tx, facts }) {
    const { personId } = personOf(actor);
    if (!isTwoStep(await secondStepsOf(tx, personId)))
      throw new Refusal("two_step_is_off", "Two-step sign-in is off. Set up an app or a passkey first.");
    await keepRecoveryCodes(tx, personId, facts);
    return { recoverySetId: facts.id };
  },
  secrets: {
    recoveryCodes: async ({ output, services }) => recoveryCodes(services.tokens, output.recoverySetId),
  },
});
