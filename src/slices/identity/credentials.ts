/** Checking an e-mail address and password: the slow part before the transaction, the recheck inside it. */
import type { Kysely } from "kysely";
import { Refusal, Unavailable } from "#kernel/errors.ts";
import type { PrepareContext } from "#kernel/operation.ts";
import { beginAttempt, placeOf } from "./guessing.ts";
import { foldEmail } from "./names.ts";
import { hashPassword, isOutdated, verifyPassword } from "./passwords.ts";
import { findPerson } from "./people.ts";
import { type RelyingParty, relyingPartyOf } from "./relying-party.ts";
import type { Person } from "./schema.ts";
import type { IdentityTables } from "./tables.ts";

/** The refusals of everything that takes a password to sign in. */
export const credentialRefusals = {
  wrong_credentials: "unauthenticated",
  rate_limited: "rate_limited",
  account_merged: "unauthenticated",
} as const;

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly deviceToken?: string | undefined;
}

export interface CheckedPassword {
  readonly personId: string;
  readonly passwordVersion: number;
  /** A hash with today's parameters, where the stored one has older ones. */
  readonly upgradedHash: string | null;
  /** The device of an earlier sign-in to this account. */
  readonly deviceId: string | null;
  /** For which address a passkey may answer as the second step. */
  readonly party: RelyingParty | null;
}

/**
 * Checks the password of an account; refuses with one message whether the account, its state or the password was
 * wrong, after the same work. Attempts are limited.
 */
export async function checkCredentials(
  context: PrepareContext<IdentityTables, Credentials>,
): Promise<CheckedPassword> {
  const { input, read, now, services, random, origin } = context;
  const email = foldEmail(input.email);
  const place = placeOf(origin.address);
  const device =
    input.deviceToken === undefined ? null : await services.tokens.open("device", input.deviceToken, now);
  const account = await read((db) => accountOf(db, email, place));
  const deviceId = device !== null && device.pid === account?.id ? String(device.did) : null;
  const placeIsKnown = account?.placeIsKnown ?? false;
  const succeeded = beginAttempt(services.limiter, { account: email, place, deviceId, placeIsKnown }, now);

  const isMerged = account !== null && account.mergedIntoEmail !== null;
  const stored = account?.active || isMerged ? account.passwordHash : null;
  const right = await verifyPassword(input.password, stored);
  if (account === null || stored === null || !right) throw wrongCredentials();
  succeeded();
  // Only whoever knows the old password is told where their account has gone.
  if (isMerged) throw accountMerged(account.mergedIntoEmail ?? "");
  const upgradedHash = isOutdated(stored) ? await hashPassword(input.password, random) : null;
  const party = relyingPartyOf(services.publicUrl());
  return { personId: account.id, passwordVersion: account.passwordVersion, upgradedHash, deviceId, party };
}

/**
 * Makes sure, inside the transaction, that what `checkCredentials` saw still stands, and takes the stronger hash into
 * use. A change in between is nobody's fault: the client tries again and meets the new state.
 */
export async function confirmCredentials(
  tx: Kysely<IdentityTables>,
  checked: Pick<CheckedPassword, "personId" | "passwordVersion" | "upgradedHash">,
): Promise<Person> {
  const { personId, passwordVersion, upgradedHash } = checked;
  const row = await tx
    .selectFrom("people")
    .select(["active", "password_version"])
    .where("id", "=", personId)
    .executeTakeFirst();
  const person = await findPerson(tx, personId);
  if (row === undefined || person === null || row.active !== 1 || row.password_version !== passwordVersion)
    throw new Unavailable("The account was changed while you signed in. Try again.", { retryAfterMs: 100 });
  if (upgradedHash !== null)
    await tx
      .updateTable("people")
      .set({ password_hash: upgradedHash, password_version: passwordVersion + 1 })
      .where("id", "=", personId)
      .execute();
  return person;
}

function accountMerged(email: string): Refusal {
  return new Refusal(
    "account_merged",
    `Your two accounts are one now: sign in with ${email} and the password of that account.`,
    { kind: "unauthenticated" },
  );
}

function wrongCredentials(): Refusal {
  return new Refusal("wrong_credentials", "The e-mail address or the password is not right.", {
    kind: "unauthenticated",
  });
}

/** The account of a folded address, and whether it has been signed in to from this place. */
async function accountOf(db: Kysely<IdentityTables>, email: string, place: string) {
  const row = await db
    .selectFrom("people")
    .select(["id", "active", "password_hash", "password_version", "merged_into"])
    .where("email", "=", email)
    .executeTakeFirst();
  if (row === undefined) return null;
  const session = await db
    .selectFrom("sessions")
    .select("id")
    .where("person_id", "=", row.id)
    .where("place", "=", place)
    .limit(1)
    .executeTakeFirst();
  const kept =
    row.merged_into === null
      ? undefined
      : await db.selectFrom("people").select("email").where("id", "=", row.merged_into).executeTakeFirst();
  return {
    id: row.id,
    mergedIntoEmail: kept?.email ?? null,
    active: row.active === 1,
    passwordHash: row.password_hash,
    passwordVersion: row.password_version,
    placeIsKnown: session !== undefined,
  };
}
