/** Sends the mails that were put on their way (`mails.ts`), each once, at its own pace. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { type Mail, MailRefused } from "#engines/mail/port.ts";
import { FinalFailure } from "#kernel/job.ts";
import type { Services } from "#kernel/services.ts";
import { invitationLink } from "./invitations.ts";
import { invitationMail } from "./mail-texts.ts";
import { findSchool } from "./school.ts";
import { sendMailType } from "./send-mail-type.ts";
import { type IdentityTables, job } from "./tables.ts";

/** With the kernel's waits of up to an hour between them, a server may be away for most of a day. */
const attemptsMax = 24;

/** A mail that is to be sent now, with all that it needs but what is sealed. */
type Draft = NonNullable<Awaited<ReturnType<typeof draftOf>>>;

/** Sends one mail. Between the server's yes and our note of it lies a moment: the message id tells a second copy. */
export const sendMail = job({
  name: sendMailType.name,
  summary: "Sends a mail to a person.",
  inputSchema: z.strictObject({ mailId: z.string() }),
  attemptsMax,
  async run({ input: { mailId }, attempt, read, write, services, now }) {
    const draft = await read((db) => draftOf(db, mailId, now));
    if (draft === null) return { sent: false };
    const { subject, text } = await wordsOf(draft, services);
    const mail: Mail = {
      to: draft.address ?? draft.email,
      toName: draft.name,
      subject,
      text,
      messageId: `${mailId}@${services.mailer.domain}`,
    };
    try {
      await services.mailer.send(mail);
    } catch (error) {
      const isFinal = error instanceof MailRefused;
      const reason = error instanceof Error ? error.message.slice(0, 500) : "unknown";
      if (isFinal || attempt >= attemptsMax)
        await write(({ tx, now: failedAt }) => note(tx, mailId, { failed_at: failedAt, reason }));
      throw isFinal ? new FinalFailure(reason, { cause: error }) : error;
    }
    return { sent: true };
  },
  async finish({ tx, now, input, result }) {
    // What was said is not kept; that it was said is.
    const sent = result.sent === true ? { sent_at: now, failed_at: null, reason: null } : {};
    await note(tx, input.mailId, { ...sent, subject: null, body: null });
  },
});

async function note(
  tx: Kysely<IdentityTables>,
  mailId: string,
  change: Partial<IdentityTables["mails"]>,
): Promise<void> {
  await tx.updateTable("mails").set(change).where("id", "=", mailId).execute();
}

/** The mail, or null where it was sent already or there is no point in it any more. */
async function draftOf(db: Kysely<IdentityTables>, mailId: string, now: number) {
  const row = await db
    .selectFrom("mails")
    .innerJoin("people", "people.id", "mails.person_id")
    .leftJoin("invitations", "invitations.id", "mails.about_id")
    .select([
      "mails.kind as kind",
      "mails.address as address",
      "mails.subject as subject",
      "mails.body as body",
      "mails.sent_at as sentAt",
      "people.name as name",
      "people.email as email",
      "people.active as active",
      "invitations.id as invitationId",
      "invitations.person_id as invitedId",
      "invitations.expires_at as invitationExpiresAt",
      "invitations.used_at as invitationUsedAt",
    ])
    .where("mails.id", "=", mailId)
    .executeTakeFirst();
  const school = await findSchool(db);
  if (row === undefined || school === null || row.sentAt !== null || row.active !== 1) return null;
  const invitation =
    row.invitationId === null || row.invitedId === null || row.invitationExpiresAt === null
      ? null
      : { id: row.invitationId, personId: row.invitedId, expiresAt: row.invitationExpiresAt };
  if (row.kind === "invitation") {
    if (invitation === null || row.invitationUsedAt !== null || invitation.expiresAt <= now) return null;
  }
  return { ...row, invitation, schoolName: school.name };
}

/** What the mail says, with its link sealed just now. */
async function wordsOf(draft: Draft, services: Services): Promise<{ subject: string; text: string }> {
  if (draft.kind === "invitation" && draft.invitation !== null) {
    const link = await invitationLink({ invitation: draft.invitation }, services);
    return invitationMail(draft, link, draft.invitation.expiresAt);
  }
  return { subject: draft.subject ?? "", text: draft.body ?? "" };
}
