/**
 * Mails to people. A row says what is to be sent and what became of it; a job sends it. Links that let somebody in are
 * sealed while the mail is being sent, so that neither row nor job ever holds one.
 */
import type { Kysely } from "kysely";
import type { Step } from "#kernel/step.ts";
import { sendMailType } from "./send-mail-type.ts";
import type { IdentityTables, MailKind } from "./tables.ts";

/** How long it is remembered what was sent to whom. */
export const mailRetentionMs = 90 * 24 * 3_600_000;
export const mailsTrimmedMax = 256;

export interface NewMail {
  readonly personId: string;
  /** The same for the same mail, however often it is asked for: it is sent once. */
  readonly key: string;
  readonly kind: MailKind;
  /** Where it goes, if not to the person's address at that time. */
  readonly address?: string;
  /** What it is about: the invitation, the reset. */
  readonly aboutId?: string;
  readonly subject?: string;
  readonly body?: string;
}

export type MailStep = Pick<Step<IdentityTables>, "tx" | "now" | "newId" | "enqueue">;

/** Puts a mail on its way, once for each key; gives its id, or null where there was one with this key before. */
export async function postMail({ tx, now, newId, enqueue }: MailStep, mail: NewMail): Promise<string | null> {
  const id = newId();
  const inserted = await tx
    .insertInto("mails")
    .values({
      id,
      mail_key: mail.key,
      person_id: mail.personId,
      kind: mail.kind,
      address: mail.address ?? null,
      about_id: mail.aboutId ?? null,
      subject: mail.subject ?? null,
      body: mail.body ?? null,
      made_at: now,
      sent_at: null,
      failed_at: null,
      reason: null,
    })
    .onConflict((conflict) => conflict.column("mail_key").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) return null;
  await enqueue(sendMailType, { mailId: id });
  return id;
}

/** Deletes a chunk of what is too old to be asked about; gives how many. */
export async function trimMails(tx: Kysely<IdentityTables>, now: number): Promise<number> {
  const result = await tx
    .deleteFrom("mails")
    .where("id", "in", (old) =>
      old
        .selectFrom("mails as old")
        .select("old.id")
        .where("old.made_at", "<", now - mailRetentionMs)
        .orderBy("old.made_at")
        .limit(mailsTrimmedMax),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
