/** Choosing a new password by a link. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import { revokeAccessTokensOf } from "./access-tokens.ts";
import { passwordChanged } from "./events.ts";
import { postMail } from "./mails.ts";
import { closeResets, openReset, resetRefusals, usableReset } from "./password-resets.ts";
import { hashPassword, requireStrong } from "./passwords.ts";
import { newPasswordField, tokenField } from "./schema.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { operation } from "./tables.ts";

/**
 * Sets the password and ends whatever the old one had opened, programs' tokens too unless the admin who made the link
 * knew better: it may have been somebody else's.
 * It signs nobody in: a second step, where the account has one, is asked for as ever.
 */
export const resetPassword = operation({
  name: "identity.resetPassword",
  summary:
    "Sets a new password by a link; all sessions end, access tokens unless the link spares them, and the other links.",
  kind: "command",
  input: z.strictObject({
    resetToken: tokenField.meta({ description: "The token of the link, or the whole link." }),
    password: newPasswordField,
  }),
  output: z
    .object({ email: z.string(), sessionsEnded: z.int(), accessTokensEnded: z.int() })
    .meta({ id: "PasswordWasReset" }),
  policy: anyone,
  refusals: { ...resetRefusals, weak_password: "invalid_input" },
  async prepare({ input, services, read, now, random }) {
    const resetId = await openReset(services.tokens, input.resetToken, now);
    // Looked at before the slow hash; `handle` looks again.
    const { email } = await read((db) => usableReset(db, resetId, now));
    requireStrong(input.password, email);
    return { resetId, passwordHash: await hashPassword(input.password, random) };
  },
  async handle(context) {
    const { tx, facts, now, emit } = context;
    const { personId, email, keepsAccessTokens } = await usableReset(tx, facts.resetId, now);
    await tx.updateTable("password_resets").set({ used_at: now }).where("id", "=", facts.resetId).execute();
    await closeResets(tx, personId);
    await tx
      .deleteFrom("invitations")
      .where("person_id", "=", personId)
      .where("used_at", "is", null)
      .execute();
    await tx
      .updateTable("people")
      .set((each) => ({
        password_hash: facts.passwordHash,
        password_version: each("password_version", "+", 1),
      }))
      .where("id", "=", personId)
      .execute();
    const sessionsEnded = await revokeSessionsOf(context, personId, null);
    const accessTokensEnded = keepsAccessTokens === 1 ? 0 : await revokeAccessTokensOf(context, personId);
    await postMail(context, { personId, key: `password changed ${facts.resetId}`, kind: "password_changed" });
    emit(passwordChanged, { personId });
    return { email, sessionsEnded, accessTokensEnded };
  },
});
