/**
 * What somebody has been asked and has yet to answer: the second step of signing in, a passkey to sign in with, or one
 * to be added. A row each, which goes when it is answered, so that no answer serves twice.
 */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { TokenSealer } from "#kernel/services.ts";
import type { Step } from "#kernel/step.ts";
import type { IdentityTables, SignInChallengesTable } from "./tables.ts";

/** Time to fetch the phone and type a code. */
export const challengeMs = 10 * 60_000;
const nonceBytes = 32;
/** Expired ones that go with each new one: more than come in. */
const clearedAtOnceMax = 20;

type Db = Kysely<IdentityTables>;

/** A challenge that waits for its answer. */
export async function insertChallenge(
  { tx, now, newId, random }: Pick<Step<IdentityTables>, "tx" | "now" | "newId" | "random">,
  wish: Pick<SignInChallengesTable, "purpose"> & Partial<SignInChallengesTable>,
): Promise<SignInChallengesTable> {
  await clearExpired(tx, now);
  const row: SignInChallengesTable = {
    person_id: null,
    scope: null,
    password_version: null,
    enrolment_id: null,
    device_id: null,
    ...wish,
    id: newId(),
    nonce: Buffer.from(random(nonceBytes)).toString("base64url"),
    expires_at: now + challengeMs,
  };
  await tx.insertInto("sign_in_challenges").values(row).execute();
  return row;
}

/** The open challenge with this id; refuses where it has expired or was answered. */
export async function openChallenge(db: Db, id: string, now: number): Promise<SignInChallengesTable> {
  const row = await db.selectFrom("sign_in_challenges").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined || row.expires_at <= now) throw challengeEnded();
  return row;
}

/** Uses the challenge up, in the transaction that acts on its answer. */
export async function spendChallenge(tx: Db, id: string): Promise<void> {
  const used = await tx.deleteFrom("sign_in_challenges").where("id", "=", id).returning("id").execute();
  if (used.length === 0) throw challengeEnded();
}

/** The token that lets whoever began go on; minted from the stored output. */
export async function sealChallenge(
  tokens: TokenSealer,
  challenge: { readonly challengeId: string; readonly expiresAt: number } | null,
): Promise<string | null> {
  if (challenge === null) return null;
  return tokens.seal("sign-in-challenge", { cid: challenge.challengeId }, challenge.expiresAt);
}

/** The id of the challenge behind its token. */
export async function challengeIdOf(tokens: TokenSealer, token: string, now: number): Promise<string> {
  const claims = await tokens.open("sign-in-challenge", token, now);
  if (claims === null) throw challengeEnded();
  return String(claims.cid);
}

export const challengeRefusals = { challenge_ended: "unauthenticated" } as const;

function challengeEnded(): Refusal {
  return new Refusal("challenge_ended", "This took too long, or was answered already. Begin again.", {
    kind: "unauthenticated",
  });
}

async function clearExpired(tx: Db, now: number): Promise<void> {
  await tx
    .deleteFrom("sign_in_challenges")
    .where("id", "in", (sub) =>
      sub
        .selectFrom("sign_in_challenges as old")
        .select("old.id")
        .where("old.expires_at", "<=", now)
        .orderBy("old.expires_at")
        .limit(clearedAtOnceMax),
    )
    .execute();
}
