/** Adding the passkey that the browser has made. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { tooManyPasskeys } from "./begin-passkey.ts";
import { openChallenge, spendChallenge } from "./challenges.ts";
import { twoStepTurnedOn } from "./events.ts";
import { Passkey } from "./get-sign-in-methods.ts";
import { cleanName } from "./names.ts";
import { asked, checkNewPasskey, misfit, NewPasskey, passkeyInvalid } from "./passkeys.ts";
import { signedInThemselves } from "./policy.ts";
import { keepRecoveryCodes, newRecoveryCodes, recoveryCodes } from "./recovery-codes.ts";
import { passkeyRefusals, requireRelyingParty } from "./relying-party.ts";
import { idField, nameField, passkeysPerPersonMax } from "./schema.ts";
import { noteSecondStep } from "./second-step-due.ts";
import { operation, type PasskeysTable } from "./tables.ts";
import { secondStepsOf } from "./two-step.ts";

/** From the first one on, signing in takes it, an app's code or a recovery code beside the password. */
export const addPasskey = operation({
  name: "identity.addPasskey",
  summary: "Adds the passkey that the browser has made; gives recovery codes with the first second step.",
  kind: "command",
  input: z.strictObject({ challengeId: idField, name: nameField, made: NewPasskey }),
  output: z
    .object({
      passkey: Passkey,
      recoverySetId: z.string().nullable(),
      recoveryCodes: z
        .array(z.string())
        .nullable()
        .meta({ description: "Where you had none: each lets you in once. Shown now and not kept." }),
    })
    .meta({ id: "AddedPasskey" }),
  policy: signedInThemselves,
  refusals: {
    challenge_ended: "failed_precondition",
    passkeys_unavailable: passkeyRefusals.passkeys_unavailable,
    passkey_invalid: "invalid_input",
    too_many_passkeys: "failed_precondition",
  },
  async prepare({ input, actor, read, services, now, random }) {
    const party = requireRelyingParty(services.publicUrl());
    const challenge = await asked(() => read((db) => openChallenge(db, input.challengeId, now)));
    if (challenge.purpose !== "add_passkey" || challenge.person_id !== personOf(actor).personId)
      throw misfit(passkeyInvalid(null));
    const made = await asked(() => checkNewPasskey(input.made, { nonce: challenge.nonce, party }));
    return { made, codes: newRecoveryCodes(services.tokens, random) };
  },
  async handle({ input, actor, tx, facts, now, newId, emit }) {
    const { personId, sessionId } = personOf(actor);
    await asked(() => spendChallenge(tx, input.challengeId));
    const { credentialIds, totp, recoveryCodesLeft } = await secondStepsOf(tx, personId);
    if (credentialIds.length >= passkeysPerPersonMax) throw tooManyPasskeys();
    const { made, codes } = facts;
    const row: PasskeysTable = {
      id: newId(),
      person_id: personId,
      credential_id: made.credentialId,
      public_key: made.publicKey,
      counter: made.counter,
      transports: JSON.stringify(input.made.transports),
      name: cleanName(input.name),
      synced: made.synced ? 1 : 0,
      made_at: now,
      used_at: null,
    };
    const inserted = await tx
      .insertInto("passkeys")
      .values(row)
      .onConflict((conflict) => conflict.column("credential_id").doNothing())
      .returning("id")
      .execute();
    if (inserted.length === 0) throw misfit(passkeyInvalid(null));
    await noteSecondStep(tx, sessionId, "passkey");
    const needsCodes = recoveryCodesLeft === 0;
    if (needsCodes) await keepRecoveryCodes(tx, personId, codes);
    if (totp === null && credentialIds.length === 0) emit(twoStepTurnedOn, { personId });
    const passkey = { id: row.id, name: row.name, isSynced: made.synced, madeAt: now, usedAt: null };
    return { passkey, recoverySetId: needsCodes ? codes.id : null };
  },
  secrets: {
    recoveryCodes: async ({ output, services }) =>
      output.recoverySetId === null ? null : recoveryCodes(services.tokens, output.recoverySetId),
  },
});
