/** Setting up an app for codes. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { personOf } from "#kernel/policy.ts";
import { confirmPassword, confirmPasswordRefusals } from "./confirm-password.ts";
import { findPerson } from "./people.ts";
import { signedInThemselves } from "./policy.ts";
import { passwordField } from "./schema.ts";
import { findSchool } from "./school.ts";
import { operation } from "./tables.ts";
import { insertTotpEnrolment, TotpEnrolment, totpSecrets } from "./totp-enrolments.ts";

/** Gives the secret for the app; nothing changes before confirmTotp takes its first code, an older app goes on until then. */
export const beginTotp = operation({
  name: "identity.beginTotp",
  summary: "Begins to set up an app that shows codes for signing in.",
  kind: "command",
  input: z.strictObject({ currentPassword: passwordField }),
  output: TotpEnrolment,
  policy: signedInThemselves,
  refusals: confirmPasswordRefusals,
  prepare: (context) => confirmPassword(context, context.input.currentPassword),
  async handle(context) {
    const { tx, actor } = context;
    const person = present(await findPerson(tx, personOf(actor).personId), "the actor has a row");
    const school = present(await findSchool(tx), "people are in a school that is set up");
    return insertTotpEnrolment(context, person, school.name);
  },
  secrets: totpSecrets,
});
