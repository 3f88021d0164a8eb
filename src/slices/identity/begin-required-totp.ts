/** Setting up an app while signing in, where the school requires a second step and there is none yet. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { anyone } from "#kernel/policy.ts";
import { challengeIdOf, challengeRefusals, openChallenge } from "./challenges.ts";
import { findPerson } from "./people.ts";
import { tokenField } from "./schema.ts";
import { findSchool } from "./school.ts";
import { operation } from "./tables.ts";
import { insertTotpEnrolment, TotpEnrolment, totpSecrets } from "./totp-enrolments.ts";
import { isTwoStep, secondStepsOf, twoStepIsOn } from "./two-step.ts";

/** Gives the secret for the app; the first right code, sent to completeSignIn, turns two-step on and signs in. */
export const beginRequiredTotp = operation({
  name: "identity.beginRequiredTotp",
  summary: "Begins to set up an app for codes while signing in, where the school requires it.",
  kind: "command",
  input: z.strictObject({
    challengeToken: tokenField.meta({ description: "From the operation by which signing in began." }),
  }),
  output: TotpEnrolment,
  policy: anyone,
  refusals: { ...challengeRefusals, two_step_is_on: "failed_precondition" },
  async prepare({ input, services, now, read }) {
    const challengeId = await challengeIdOf(services.tokens, input.challengeToken, now);
    const { person_id } = await read((db) => openChallenge(db, challengeId, now));
    return { challengeId, personId: present(person_id, "a sealed challenge of a second step is somebody's") };
  },
  async handle(context) {
    const { tx, facts, now } = context;
    await openChallenge(tx, facts.challengeId, now);
    // Whoever has a second step answers with it, and does not replace it with another.
    if (isTwoStep(await secondStepsOf(tx, facts.personId))) throw twoStepIsOn();
    const person = present(await findPerson(tx, facts.personId), "a challenge is a person's");
    const school = present(await findSchool(tx), "people sign in to a school that is set up");
    const enrolment = await insertTotpEnrolment(context, person, school.name);
    await tx
      .updateTable("sign_in_challenges")
      .set({ enrolment_id: enrolment.enrolmentId })
      .where("id", "=", facts.challengeId)
      .execute();
    return enrolment;
  },
  secrets: totpSecrets,
});
