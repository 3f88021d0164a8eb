/** Invitations: a sealed token over a row, used once, by which somebody sets a password and comes in. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { Services, TokenSealer } from "#kernel/services.ts";
import { type MailStep, postMail } from "./mails.ts";
import type { IdentityTables, InvitationsTable } from "./tables.ts";

const dayMs = 24 * 3_600_000;

/** How long an invitation can be accepted. */
export const invitationMs = 14 * dayMs;
/** The token outlives it, so that a late guest hears that it has expired, not that it was never there. */
const tokenOutlivesMs = 90 * dayMs;

/**
 * The refusals of everything that takes an invitation's token. One that does not open is no guest's: it is turned away
 * like a wrong password, without a row in the audit trail.
 */
export const invitationRefusals = {
  invitation_invalid: "unauthenticated",
  invitation_used: "failed_precondition",
  invitation_expired: "failed_precondition",
} as const;

interface Invited {
  readonly id: string;
  readonly personId: string;
  readonly expiresAt: number;
}

/** Invites `personId`; an invitation of theirs that is still open is withdrawn, so that only one link works. */
export async function insertInvitation(
  tx: Kysely<IdentityTables>,
  { id, personId, now }: { readonly id: string; readonly personId: string; readonly now: number },
): Promise<Invited> {
  await tx.deleteFrom("invitations").where("person_id", "=", personId).execute();
  const row: InvitationsTable = {
    id,
    person_id: personId,
    made_at: now,
    expires_at: now + invitationMs,
    used_at: null,
  };
  await tx.insertInto("invitations").values(row).execute();
  return { id, personId, expiresAt: row.expires_at };
}

/** Sends the invitation by mail; its link is sealed as it is sent. */
export async function mailInvitation(step: MailStep, { id, personId }: Invited): Promise<void> {
  await postMail(step, { personId, key: `invitation ${id}`, kind: "invitation", aboutId: id });
}

/**
 * The link by which the invitation is accepted. The token stands behind `#`, which browsers keep to themselves, so it
 * reaches no log on its way.
 */
export async function invitationLink(
  { invitation }: { readonly invitation: Invited },
  services: Pick<Services, "tokens" | "publicUrl">,
): Promise<string> {
  const expiresAt = invitation.expiresAt + tokenOutlivesMs;
  const token = await services.tokens.seal("invitation", { iid: invitation.id }, expiresAt);
  return `${services.publicUrl()}/invitation#${token}`;
}

/** The id of the invitation behind a token, or behind the whole link that was pasted. */
export async function openInvitation(tokens: TokenSealer, tokenOrLink: string, now: number): Promise<string> {
  const token = tokenOrLink.slice(tokenOrLink.lastIndexOf("#") + 1).trim();
  const claims = await tokens.open("invitation", token, now);
  if (claims === null) throw invitationInvalid();
  return String(claims.iid);
}

/** The invitation and its guest, if it can be accepted now; refuses with what is wrong otherwise. */
export async function usableInvitation(db: Kysely<IdentityTables>, id: string, now: number) {
  const row = await db
    .selectFrom("invitations")
    .innerJoin("people", "people.id", "invitations.person_id")
    .select([
      "invitations.id as id",
      "invitations.expires_at as expiresAt",
      "invitations.used_at as usedAt",
      "people.id as personId",
      "people.name as name",
      "people.email as email",
      "people.active as active",
    ])
    .where("invitations.id", "=", id)
    .executeTakeFirst();
  if (row === undefined || row.active !== 1) throw invitationInvalid();
  if (row.usedAt !== null)
    throw new Refusal("invitation_used", "This invitation was accepted already. Sign in with your password.");
  if (row.expiresAt <= now)
    throw new Refusal("invitation_expired", "This invitation has expired. Ask your school for a new one.");
  return row;
}

function invitationInvalid(): Refusal {
  return new Refusal("invitation_invalid", "This invitation does not hold. Ask your school for a new one.", {
    kind: "unauthenticated",
  });
}
