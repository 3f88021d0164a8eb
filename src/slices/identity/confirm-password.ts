/** Asking for the password of somebody who is signed in: what changes how one signs in takes more than an unlocked screen. */
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import type { PrepareContext } from "#kernel/operation.ts";
import { personOf } from "#kernel/policy.ts";
import { beginAttempt } from "./guessing.ts";
import { verifyPassword } from "./passwords.ts";
import type { IdentityTables } from "./tables.ts";

export const confirmPasswordRefusals = {
  wrong_password: "forbidden",
  rate_limited: "rate_limited",
} as const;

/** Refuses a wrong password, within the limits against guessing; gives what it belongs to. */
export async function confirmPassword(
  context: Pick<PrepareContext<IdentityTables, unknown>, "actor" | "read" | "services" | "now">,
  password: string,
): Promise<{ readonly email: string; readonly passwordVersion: number }> {
  const { actor, read, services, now } = context;
  const { personId, sessionId } = personOf(actor);
  const row = await read((db) =>
    db
      .selectFrom("people")
      .select(["email", "password_hash", "password_version"])
      .where("id", "=", personId)
      .executeTakeFirst(),
  );
  const account = present(row, "the actor is a person with a row");
  // Counted by session: whoever stole one may not guess on, and the owner's other sessions are not slowed.
  const attempt = { account: account.email, place: "change", deviceId: sessionId, placeIsKnown: true };
  const succeeded = beginAttempt(services.limiter, attempt, now);
  if (!(await verifyPassword(password, account.password_hash)))
    throw new Refusal("wrong_password", "The current password is not right.", { kind: "forbidden" });
  succeeded();
  return { email: account.email, passwordVersion: account.password_version };
}
