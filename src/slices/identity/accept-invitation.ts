/** Coming in: setting a password by an invitation. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { anyone } from "#kernel/policy.ts";
import { revokeAccessTokensOf } from "./access-tokens.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { passwordChanged, personJoined } from "./events.ts";
import { finishSignIn, signInSecrets } from "./finish-sign-in.ts";
import { invitationRefusals, openInvitation, usableInvitation } from "./invitations.ts";
import { closeResets } from "./password-resets.ts";
import { hashPassword, requireStrong } from "./passwords.ts";
import { findPerson } from "./people.ts";
import { relyingPartyOf } from "./relying-party.ts";
import { newPasswordField, SignedIn, tokenField } from "./schema.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { operation } from "./tables.ts";

/**
 * Sets the password, uses the invitation up and signs in; sessions and access tokens from before end. A second step stays
 * due: whoever reads somebody's mail does not come in by it alone.
 */
export function acceptInvitationWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.acceptInvitation",
    summary: "Accepts an invitation: sets the password and signs in.",
    kind: "command",
    input: z.strictObject({
      invitationToken: tokenField.meta({ description: "The invitation's token, or the whole link." }),
      password: newPasswordField,
    }),
    output: SignedIn,
    policy: anyone,
    refusals: { ...invitationRefusals, weak_password: "invalid_input" },
    async prepare({ input, services, read, now, random }) {
      const invitationId = await openInvitation(services.tokens, input.invitationToken, now);
      // Looked at before the slow hash; `handle` looks again.
      const { email } = await read((db) => usableInvitation(db, invitationId, now));
      requireStrong(input.password, email);
      const party = relyingPartyOf(services.publicUrl());
      return { invitationId, passwordHash: await hashPassword(input.password, random), party };
    },
    async handle(context) {
      const { tx, facts, now, emit } = context;
      const { personId } = await usableInvitation(tx, facts.invitationId, now);
      const before = present(await findPerson(tx, personId), "an invitation is for a person with a row");
      await tx
        .updateTable("invitations")
        .set({ used_at: now })
        .where("id", "=", facts.invitationId)
        .execute();
      await tx
        .updateTable("people")
        .set((each) => ({
          password_hash: facts.passwordHash,
          password_version: each("password_version", "+", 1),
        }))
        .where("id", "=", personId)
        .execute();
      // For someone who had a password this is the way back in after losing it, perhaps to somebody else.
      await revokeSessionsOf(context, personId, null);
      await revokeAccessTokensOf(context, personId);
      await closeResets(tx, personId);
      emit(before.hasJoined ? passwordChanged : personJoined, { personId });
      const person = { ...before, hasJoined: true };
      const proved = { person, scope: "full", by: "invitation", deviceId: null, party: facts.party } as const;
      return finishSignIn(context, proved, coursesTaughtBy);
    },
    secrets: signInSecrets,
  });
}
