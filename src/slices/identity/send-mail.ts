/** Sends the mails that were put on their way (`mails.ts`), each once, at its own pace. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { type Mail, MailRefused } from "#engines/mail/port.ts";
import { FinalFailure } from "#kernel/job.ts";
import type { Services } from "#kernel/services.ts";
import { confirmationLink } from "./email-changes.ts";
import { invitationLink } from "./invitations.ts";
import {
  addressChangedMail,
  confirmAddressMail,
  invitationMail,
  passwordChangedMail,
  passwordResetMail,
} from "./mail-texts.ts";
import { resetLink } from "./password-resets.ts";
import { findSchool } from "./school.ts";
import { sendMailType } from "./send-mail-type.ts";
import { type IdentityTables, job, type MailKind } from "./tables.ts";

/** With the kernel's waits of up to an hour between them, a server may be away for most of a day. */
const attemptsMax = 24;

type Db = Kysely<IdentityTables>;

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

async function note(tx: Db, mailId: string, change: Partial<IdentityTables["mails"]>): Promise<void> {
  await tx.updateTable("mails").set(change).where("id", "=", mailId).execute();
}

/** The mail, or null where it was sent already or there is no point in it any more. */
async function draftOf(db: Db, mailId: string, now: number) {
  const row = await db
    .selectFrom("mails")
    .innerJoin("people", "people.id", "mails.person_id")
    .select([
      "mails.kind as kind",
      "mails.address as address",
      "mails.about_id as aboutId",
      "mails.subject as subject",
      "mails.body as body",
      "mails.sent_at as sentAt",
      "people.name as name",
      "people.email as email",
      "people.active as active",
    ])
    .where("mails.id", "=", mailId)
    .executeTakeFirst();
  const school = await findSchool(db);
  if (row === undefined || school === null || row.sentAt !== null || row.active !== 1) return null;
  const about = await aboutOf(db, row, now);
  return about === null ? null : { ...row, about, schoolName: school.name };
}

/** What the mail's link opens; null where that is open no more. Mails without a link are about nothing. */
async function aboutOf(
  db: Db,
  { kind, aboutId }: { readonly kind: MailKind; readonly aboutId: string | null },
  now: number,
): Promise<Opening | null> {
  const table = linkTables[kind];
  if (table === undefined || aboutId === null) return { id: "", personId: "", expiresAt: 0 };
  const row = await db
    .selectFrom(table)
    .select(["id", "person_id", "expires_at", "used_at"])
    .where("id", "=", aboutId)
    .executeTakeFirst();
  if (row === undefined || row.used_at !== null || row.expires_at <= now) return null;
  return { id: row.id, personId: row.person_id, expiresAt: row.expires_at };
}

interface Opening {
  readonly id: string;
  readonly personId: string;
  readonly expiresAt: number;
}

/** Where the openings of the mails with a link have their rows. */
const linkTables: Readonly<Partial<Record<MailKind, "invitations" | "password_resets" | "email_changes">>> = {
  invitation: "invitations",
  password_reset: "password_resets",
  confirm_address: "email_changes",
};

/** What the mail says, with its link sealed just now. */
async function wordsOf(draft: Draft, services: Services): Promise<{ subject: string; text: string }> {
  const { about } = draft;
  switch (draft.kind) {
    case "message":
      return { subject: draft.subject ?? "", text: draft.body ?? "" };
    case "invitation":
      return invitationMail(draft, await invitationLink({ invitation: about }, services), about.expiresAt);
    case "password_reset":
      return passwordResetMail(draft, await resetLink({ reset: about }, services));
    case "password_changed":
      return passwordChangedMail(draft);
    case "confirm_address":
      return confirmAddressMail(draft, await confirmationLink(about, services), about.expiresAt);
    case "address_changed":
      return addressChangedMail(draft, draft.email);
  }
}
