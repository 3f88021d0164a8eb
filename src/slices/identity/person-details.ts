/** All that an admin sees of one person. */
import type { Kysely } from "kysely";
import { denyNotFound, refusalOfDecision } from "#kernel/policy.ts";
import { pendingEmail } from "./email-changes.ts";
import { withRoles } from "./people.ts";
import type { PersonDetails } from "./schema.ts";
import type { IdentityTables } from "./tables.ts";
import { secondStepsOf } from "./two-step.ts";

const mailsShownMax = 5;

/** The person with this id; refuses with `not_found` where there is none. */
export async function personDetails(
  db: Kysely<IdentityTables>,
  personId: string,
  now: number,
): Promise<PersonDetails> {
  const row = await db.selectFrom("people").selectAll().where("id", "=", personId).executeTakeFirst();
  const [person] = row === undefined ? [] : await withRoles(db, [row]);
  if (row === undefined || person === undefined) throw refusalOfDecision(denyNotFound("person"));
  const sessions = await db
    .selectFrom("sessions")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("person_id", "=", personId)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirstOrThrow();
  const last = await db
    .selectFrom("sessions")
    .select((each) => [
      each.fn.max<number | null>("renewed_at").as("renewedAt"),
      each.fn.max<number | null>("seen_at").as("seenAt"),
    ])
    .where("person_id", "=", personId)
    .executeTakeFirst();
  const tokens = await db
    .selectFrom("access_tokens")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("person_id", "=", personId)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .executeTakeFirstOrThrow();
  const invitation = await db
    .selectFrom("invitations")
    .select("expires_at")
    .where("person_id", "=", personId)
    .where("used_at", "is", null)
    .executeTakeFirst();
  const steps = await secondStepsOf(db, personId);
  const mails = await db
    .selectFrom("mails")
    .select(["kind", "made_at", "sent_at", "failed_at", "reason"])
    .where("person_id", "=", personId)
    .orderBy("id", "desc")
    .limit(mailsShownMax)
    .execute();
  return {
    ...person,
    version: row.version,
    pendingEmail: await pendingEmail(db, personId, now),
    sessionsOpen: Number(sessions.count),
    lastSeenAt: Math.max(Number(last?.renewedAt ?? 0), Number(last?.seenAt ?? 0)) || null,
    accessTokens: Number(tokens.count),
    hasApp: steps.totp !== null,
    passkeys: steps.credentialIds.length,
    recoveryCodesLeft: steps.recoveryCodesLeft,
    invitationExpiresAt: invitation?.expires_at ?? null,
    mails: mails.map((mail) => ({
      kind: mail.kind,
      madeAt: mail.made_at,
      sentAt: mail.sent_at,
      failedAt: mail.failed_at,
      reason: mail.reason,
    })),
  };
}
