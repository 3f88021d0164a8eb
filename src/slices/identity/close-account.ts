/** Ending at once whatever lets somebody in under an account that is shut. */
import type { Step } from "#kernel/step.ts";
import { revokeAccessTokensOf } from "./access-tokens.ts";
import { closeResets } from "./password-resets.ts";
import { revokeSessionsOf } from "./sessions.ts";
import type { IdentityTables } from "./tables.ts";

/** Sessions, access tokens, links to new passwords and the open invitation. */
export async function closeAccount(
  step: Pick<Step<IdentityTables>, "tx" | "now" | "emit">,
  personId: string,
): Promise<void> {
  await revokeSessionsOf(step, personId, null);
  await revokeAccessTokensOf(step, personId);
  await closeResets(step.tx, personId);
  await step.tx
    .deleteFrom("invitations")
    .where("person_id", "=", personId)
    .where("used_at", "is", null)
    .execute();
}
