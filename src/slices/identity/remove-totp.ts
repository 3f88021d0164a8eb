/** Taking the app for codes off one's account. */
import { z } from "zod";
import { confirmPassword, confirmPasswordRefusals } from "./confirm-password.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { signedInThemselves } from "./policy.ts";
import { passwordField } from "./schema.ts";
import { operation } from "./tables.ts";
import { takeOff } from "./take-off.ts";

/** Its codes stop working at once; refused where it is the last second step of an account that must have one. */
export function removeTotpWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.removeTotp",
    summary: "Takes the app that shows codes off your account.",
    kind: "command",
    input: z.strictObject({ currentPassword: passwordField }),
    output: z.object({}),
    policy: signedInThemselves,
    refusals: { ...confirmPasswordRefusals, two_step_required: "failed_precondition" },
    prepare: (context) => confirmPassword(context, context.input.currentPassword),
    async handle(context) {
      await takeOff(context, coursesTaughtBy, (personId) =>
        context.tx.deleteFrom("totp_enrolments").where("person_id", "=", personId).execute(),
      );
      return {};
    },
  });
}
