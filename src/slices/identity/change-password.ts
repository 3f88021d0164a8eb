/** Changing one's own password. */
import { z } from "zod";
import { Unavailable } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { revokeAccessTokensOf } from "./access-tokens.ts";
import { confirmPassword, confirmPasswordRefusals } from "./confirm-password.ts";
import { passwordChanged } from "./events.ts";
import { closeResets } from "./password-resets.ts";
import { hashPassword, requireStrong } from "./passwords.ts";
import { signedInThemselves } from "./policy.ts";
import { newPasswordField, passwordField } from "./schema.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { operation } from "./tables.ts";

/**
 * Takes the old password, so that an unlocked screen is not enough, and ends all other sessions, since whoever changes
 * a password may do so because somebody else knew it.
 */
export const changePassword = operation({
  name: "identity.changePassword",
  summary: "Changes your password and signs you out everywhere else.",
  kind: "command",
  input: z.strictObject({
    currentPassword: passwordField,
    newPassword: newPasswordField,
    endAccessTokens: z.boolean().optional().meta({
      description: "Whether your programs' access tokens end too. Default: no, they go on.",
    }),
  }),
  output: z.object({
    sessionsEnded: z.int().meta({ description: "How many other sessions were ended." }),
    accessTokensEnded: z.int(),
    accessTokensLeft: z.int().meta({ description: "How many of your programs go on as before." }),
  }),
  policy: signedInThemselves,
  refusals: { ...confirmPasswordRefusals, weak_password: "invalid_input" },
  async prepare(context) {
    const { input, random } = context;
    const { email, passwordVersion } = await confirmPassword(context, input.currentPassword);
    requireStrong(input.newPassword, email);
    return { passwordHash: await hashPassword(input.newPassword, random), passwordVersion };
  },
  async handle(context) {
    const { input, actor, tx, facts, now, emit } = context;
    const { personId, sessionId } = personOf(actor);
    const changed = await tx
      .updateTable("people")
      .set({ password_hash: facts.passwordHash, password_version: facts.passwordVersion + 1 })
      .where("id", "=", personId)
      .where("password_version", "=", facts.passwordVersion)
      .returning("id")
      .execute();
    if (changed.length === 0)
      throw new Unavailable("The password was changed elsewhere at the same time. Try again.");
    const sessionsEnded = await revokeSessionsOf(context, personId, sessionId);
    await closeResets(tx, personId);
    const accessTokensEnded =
      input.endAccessTokens === true ? await revokeAccessTokensOf(context, personId) : 0;
    const left = await tx
      .selectFrom("access_tokens")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("person_id", "=", personId)
      .where("revoked_at", "is", null)
      .where("expires_at", ">", now)
      .executeTakeFirstOrThrow();
    emit(passwordChanged, { personId });
    return { sessionsEnded, accessTokensEnded, accessTokensLeft: Number(left.count) };
  },
});
