/** Ways back in for who forgot the password: a sealed token over a row, used once. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { CommandContext } from "#kernel/operation.ts";
import type { AttemptLimiter, Services, TokenSealer } from "#kernel/services.ts";
import { tooManyAttempts } from "./guessing.ts";
import type { IdentityTables } from "./tables.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long a link holds that went by mail, which is there at once. */
export const mailedResetMs = hourMs;
/** How long one holds that an admin hands over. */
export const handedResetMs = dayMs;
/** So long after it was made, a link still hears what became of it. */
const resetKeptMs = 30 * dayMs;

/** Asking again and again fills somebody's mailbox; the first links hold all the while. */
const perAddress = { attemptsMax: 3, windowMs: hourMs };
const perNetwork = { attemptsMax: 20, windowMs: hourMs / 4 };

/** The refusals of everything that takes a reset's token. */
export const resetRefusals = {
  reset_invalid: "unauthenticated",
  reset_used: "failed_precondition",
  reset_expired: "failed_precondition",
} as const;

export interface Reset {
  readonly id: string;
  readonly personId: string;
  readonly expiresAt: number;
}

type ResetContext = Pick<CommandContext<IdentityTables, unknown, unknown>, "tx" | "now" | "newId">;

/** Counts a request for a link; refuses where there were too many from here or for this address. */
export function countRequest(
  limiter: AttemptLimiter,
  { email, place }: { readonly email: string; readonly place: string },
  now: number,
): void {
  const counters = [
    { key: `reset ${email}`, limit: perAddress },
    { key: `resets from ${place}`, limit: perNetwork },
  ];
  const retryAfterMs = Math.max(...counters.map(({ key, limit }) => limiter.wait(key, limit, now) ?? 0));
  if (retryAfterMs > 0) throw tooManyAttempts("Too many requests for a new password", retryAfterMs);
  for (const { key } of counters) limiter.count(key, now);
}

/** Makes a way in for `personId`; those made before hold beside it, so that nobody can spoil another's link. */
export async function insertReset(
  { tx, now, newId }: ResetContext,
  {
    personId,
    madeBy,
    holdsMs,
    keepsAccessTokens = false,
  }: {
    readonly personId: string;
    readonly madeBy: string | null;
    readonly holdsMs: number;
    readonly keepsAccessTokens?: boolean;
  },
): Promise<Reset> {
  await tx
    .deleteFrom("password_resets")
    .where("person_id", "=", personId)
    .where("made_at", "<", now - resetKeptMs)
    .execute();
  const row = { id: newId(), person_id: personId, made_by: madeBy, made_at: now, expires_at: now + holdsMs };
  await tx
    .insertInto("password_resets")
    .values({ ...row, used_at: null, keeps_access_tokens: keepsAccessTokens ? 1 : 0 })
    .execute();
  return { id: row.id, personId, expiresAt: row.expires_at };
}

/** Ends every way in that is still open for this person, but not what is remembered of those that were used. */
export async function closeResets(tx: Kysely<IdentityTables>, personId: string): Promise<void> {
  await tx
    .deleteFrom("password_resets")
    .where("person_id", "=", personId)
    .where("used_at", "is", null)
    .execute();
}

/** The link. The token stands behind `#`, which browsers keep to themselves. */
export async function resetLink(
  { reset }: { readonly reset: Reset },
  services: Pick<Services, "tokens" | "publicUrl">,
): Promise<string> {
  const token = await services.tokens.seal(
    "password-reset",
    { rid: reset.id },
    reset.expiresAt + resetKeptMs,
  );
  return `${services.publicUrl()}/reset-password#${token}`;
}

/** The id of the reset behind a token, or behind the whole link that was pasted. */
export async function openReset(tokens: TokenSealer, tokenOrLink: string, now: number): Promise<string> {
  const token = tokenOrLink.slice(tokenOrLink.lastIndexOf("#") + 1).trim();
  const claims = await tokens.open("password-reset", token, now);
  if (claims === null) throw resetInvalid();
  return String(claims.rid);
}

/** The reset and whose it is, if it holds now; refuses with what is wrong otherwise. */
export async function usableReset(db: Kysely<IdentityTables>, id: string, now: number) {
  const row = await db
    .selectFrom("password_resets")
    .innerJoin("people", "people.id", "password_resets.person_id")
    .select([
      "password_resets.expires_at as expiresAt",
      "password_resets.used_at as usedAt",
      "password_resets.keeps_access_tokens as keepsAccessTokens",
      "people.id as personId",
      "people.name as name",
      "people.email as email",
      "people.active as active",
    ])
    .where("password_resets.id", "=", id)
    .executeTakeFirst();
  if (row === undefined || row.active !== 1) throw resetInvalid();
  if (row.usedAt !== null)
    throw new Refusal(
      "reset_used",
      "This link was used already. Sign in with the password that was chosen, or ask for a new link.",
    );
  if (row.expiresAt <= now) throw new Refusal("reset_expired", "This link has expired. Ask for a new one.");
  return row;
}

function resetInvalid(): Refusal {
  return new Refusal("reset_invalid", "This link does not hold any more. Ask for a new one.", {
    kind: "unauthenticated",
  });
}
