/** Two-step sign-in: what second steps a person has, and who must have one. */
import type { Kysely } from "kysely";
import type { SchoolRole } from "#kernel/actor.ts";
import { Refusal } from "#kernel/errors.ts";
import { recoveryCodesLeft } from "./recovery-codes.ts";
import type { IdentityTables, SchoolTable } from "./tables.ts";

type Db = Kysely<IdentityTables>;

export interface SecondSteps {
  /** The app that shows codes, where one is confirmed. */
  readonly totp: { readonly enrolmentId: string; readonly since: number; readonly lastStep: number } | null;
  readonly credentialIds: readonly string[];
  readonly recoveryCodesLeft: number;
}

/** The second steps of a person. */
export async function secondStepsOf(db: Db, personId: string): Promise<SecondSteps> {
  const totp = await db
    .selectFrom("totp_enrolments")
    .select(["id as enrolmentId", "confirmed_at as since", "last_step as lastStep"])
    .where("person_id", "=", personId)
    .where("confirmed_at", "is not", null)
    .$narrowType<{ since: number }>()
    .executeTakeFirst();
  const passkeys = await db
    .selectFrom("passkeys")
    .select("credential_id")
    .where("person_id", "=", personId)
    .orderBy("id")
    .execute();
  return {
    totp: totp ?? null,
    credentialIds: passkeys.map(({ credential_id }) => credential_id),
    recoveryCodesLeft: await recoveryCodesLeft(db, personId),
  };
}

/** Whether signing in takes a second step: from the first app or passkey on. */
export function isTwoStep({ totp, credentialIds }: SecondSteps): boolean {
  return totp !== null || credentialIds.length > 0;
}

/** Whether the school's setting asks a second step of an account. */
export function mustTwoStep(
  requirement: SchoolTable["two_step_required_for"],
  account: { readonly roles: readonly SchoolRole[]; readonly teaches: boolean },
): boolean {
  switch (requirement) {
    case "nobody":
      return false;
    case "admins":
      return account.roles.includes("admin");
    case "teachers":
      return account.teaches || account.roles.some((role) => role === "admin" || role === "instructor");
  }
}

/** Takes all second steps off an account. */
export async function clearSecondSteps(tx: Db, personId: string): Promise<void> {
  await tx.deleteFrom("totp_enrolments").where("person_id", "=", personId).execute();
  await tx.deleteFrom("recovery_codes").where("person_id", "=", personId).execute();
  await tx.deleteFrom("passkeys").where("person_id", "=", personId).execute();
}

/** Recovery codes serve only beside something that they recover. */
export async function dropCodesOfNothing(tx: Db, personId: string): Promise<void> {
  if (isTwoStep(await secondStepsOf(tx, personId))) return;
  await tx.deleteFrom("recovery_codes").where("person_id", "=", personId).execute();
}

/** Refuses to go on where an account that must have a second step would be left without one. */
export function twoStepRequired(): Refusal {
  return new Refusal(
    "two_step_required",
    "Your school requires a second step for your account. Add another one before you take the last one off.",
  );
}

export function twoStepIsOn(): Refusal {
  return new Refusal("two_step_is_on", "This account has a second step already. Sign in with it.");
}
