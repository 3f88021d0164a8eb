/** Sending a mail that tells of notices: its words are made at the last moment, for what the reader may see then. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { type Person, personById, schoolSettings, sendToPerson } from "#slices/identity/api.ts";
import { describe } from "./describe.ts";
import { mailText } from "./mail-text.ts";
import type { Notice } from "./schema.ts";
import { job, type NoticesTables } from "./tables.ts";
import { sealUnsubscribe } from "./unsubscribe-token.ts";

/**
 * Sends one mail. Its message id is the mail's own, so that an attempt whose end got lost is no second mail to programs
 * that look at it.
 */
export const sendNotices = job({
  name: "notices.sendNotices",
  summary: "Sends a mail that tells somebody of what happened.",
  inputSchema: z.strictObject({ mailId: z.string() }),
  attemptsMax: 8,
  async run({ input: { mailId }, read, services, now }) {
    const { tokens } = services;
    const content = await read((db) => contentOf(db, mailId, now));
    if (content === null) return { mailId, told: 0 };
    const { person, notices, isDigest, schoolName } = content;
    const kinds = [...new Set(notices.map(({ kind }) => kind))];
    const token = await sealUnsubscribe(tokens, { personId: person.id, kinds }, now);
    const links = {
      home: services.publicUrl(),
      unsubscribe: `${services.publicUrl()}/unsubscribe#${token}`,
    };
    await sendToPerson(services, person, {
      key: mailId,
      ...mailText({ person, notices, isDigest, schoolName, links }),
      headers: { "List-Unsubscribe": `<${links.unsubscribe}>` },
    });
    return { mailId, told: notices.length };
  },
  async finish({ tx, input, now }) {
    await tx.updateTable("notice_mails").set({ ended_at: now }).where("id", "=", input.mailId).execute();
  },
});

interface Content {
  readonly person: Person;
  readonly notices: readonly Notice[];
  readonly isDigest: boolean;
  readonly schoolName: string;
}

/** What there is to say; null when the reader is gone, has read it all, or may see nothing of it any more. */
async function contentOf(db: Kysely<NoticesTables>, mailId: string, now: number): Promise<Content | null> {
  const mail = await db.selectFrom("notice_mails").selectAll().where("id", "=", mailId).executeTakeFirst();
  if (mail === undefined || mail.ended_at !== null) return null;
  const person = await personById(db, mail.person_id);
  if (person === null || !person.active) return null;
  const rows = await db
    .selectFrom("notices")
    .selectAll()
    .where("mail_id", "=", mailId)
    .where("read_at", "is", null)
    .orderBy("id")
    .execute();
  const reader = {
    kind: "person",
    personId: person.id,
    sessionId: "",
    roles: person.roles,
    scope: "full",
  } as const;
  const notices = (await describe(db, reader, rows, now)).filter(({ title }) => title !== null);
  if (notices.length === 0) return null;
  const school = await schoolSettings(db);
  return { person, notices, isDigest: mail.is_digest === 1, schoolName: school?.name ?? "Lyceum" };
}
