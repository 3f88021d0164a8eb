/** Making a passkey for one's account. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { insertChallenge } from "./challenges.ts";
import { confirmPassword, confirmPasswordRefusals } from "./confirm-password.ts";
import { findPerson } from "./people.ts";
import { signedInThemselves } from "./policy.ts";
import { passkeyRefusals, requireRelyingParty } from "./relying-party.ts";
import { passkeysPerPersonMax, passwordField } from "./schema.ts";
import { findSchool } from "./school.ts";
import { operation } from "./tables.ts";
import { secondStepsOf } from "./two-step.ts";

/** Gives what the browser needs to make one; addPasskey takes what it made. */
export const beginPasskey = operation({
  name: "identity.beginPasskey",
  summary: "Begins to make a passkey for your account.",
  kind: "command",
  input: z.strictObject({ currentPassword: passwordField }),
  output: z
    .object({
      challengeId: z.string(),
      expiresAt: z.int(),
      nonce: z.string().meta({ description: "The WebAuthn challenge, in base64url." }),
      rpId: z.string(),
      rpName: z.string(),
      userHandle: z.string().meta({ description: "The account's handle for WebAuthn, in base64url." }),
      userName: z.string(),
      displayName: z.string(),
      excludeCredentialIds: z
        .array(z.string())
        .meta({ description: "Passkeys that you have already: no second one on the same device." }),
    })
    .meta({ id: "BegunPasskey" }),
  policy: signedInThemselves,
  refusals: {
    ...confirmPasswordRefusals,
    passkeys_unavailable: passkeyRefusals.passkeys_unavailable,
    too_many_passkeys: "failed_precondition",
  },
  async prepare(context) {
    const party = requireRelyingParty(context.services.publicUrl());
    await confirmPassword(context, context.input.currentPassword);
    return party;
  },
  async handle(context) {
    const { tx, actor, facts } = context;
    const { personId } = personOf(actor);
    const { credentialIds } = await secondStepsOf(tx, personId);
    if (credentialIds.length >= passkeysPerPersonMax) throw tooManyPasskeys();
    const person = present(await findPerson(tx, personId), "the actor has a row");
    const school = present(await findSchool(tx), "people are in a school that is set up");
    const { id, nonce, expires_at } = await insertChallenge(context, {
      purpose: "add_passkey",
      person_id: personId,
    });
    return {
      challengeId: id,
      expiresAt: expires_at,
      nonce,
      rpId: facts.rpId,
      rpName: school.name,
      userHandle: Buffer.from(personId).toString("base64url"),
      userName: person.email,
      displayName: person.name,
      excludeCredentialIds: [...credentialIds],
    };
  },
});

export function tooManyPasskeys(): Refusal {
  return new Refusal(
    "too_many_passkeys",
    `You have ${passkeysPerPersonMax} passkeys. Remove one that you do not use any more.`,
  );
}
