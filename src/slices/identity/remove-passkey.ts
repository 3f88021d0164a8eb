/** Taking a passkey off one's account: the phone that was sold. */
import { z } from "zod";
import { denyNotFound, refusalOfDecision } from "#kernel/policy.ts";
import { confirmPassword, confirmPasswordRefusals } from "./confirm-password.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { signedInThemselves } from "./policy.ts";
import { idField, passwordField } from "./schema.ts";
import { operation } from "./tables.ts";
import { takeOff } from "./take-off.ts";

/** It opens nothing from now on; refused where it is the last second step of an account that must have one. */
export function removePasskeyWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.removePasskey",
    summary: "Takes a passkey off your account.",
    kind: "command",
    input: z.strictObject({ passkeyId: idField, currentPassword: passwordField }),
    output: z.object({}),
    policy: signedInThemselves,
    refusals: { ...confirmPasswordRefusals, two_step_required: "failed_precondition" },
    prepare: (context) => confirmPassword(context, context.input.currentPassword),
    async handle(context) {
      const { input, tx } = context;
      await takeOff(context, coursesTaughtBy, async (personId) => {
        const removed = await tx
          .deleteFrom("passkeys")
          .where("id", "=", input.passkeyId)
          .where("person_id", "=", personId)
          .returning("id")
          .execute();
        if (removed.length === 0) throw refusalOfDecision(denyNotFound("passkey"));
      });
      return {};
    },
  });
}
