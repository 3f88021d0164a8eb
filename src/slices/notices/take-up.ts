/**
 * Which mails are due: a person's notices are gathered into one mail, a burst of them into two (the first at once, the rest
 * when the pause is over), and beyond the day's number into the digest. Nobody is flooded, and nothing is told twice.
 */
import type { Step } from "#kernel/step.ts";
import { nextDigest } from "./mail-time.ts";
import { mailsPerDayMax } from "./schema.ts";
import { sendNotices } from "./send-notices.ts";
import { type NoticesTables, schedule } from "./tables.ts";
import { wishesOf } from "./wishes.ts";

/** Between two mails to one person that are no digest. */
export const pauseMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;
/** Due notices whose people one run looks after; the earliest first. */
const noticesPerRun = 200;
/** Notices that one mail takes up; the rest is another mail's. */
const noticesPerStep = 200;

/** Takes up the mails that are due, and leaves a job for each. */
export const mailNotices = schedule({
  name: "notices.mailNotices",
  everyMs: 15_000,
  async run({ read, write, now }) {
    const due = await read((db) =>
      db
        .selectFrom((first) =>
          // By the time alone: sorted by person, all notices of the school would be looked through each time.
          first
            .selectFrom("notices")
            .select("person_id")
            .where("mail_at", "<=", now)
            .orderBy("mail_at")
            .limit(noticesPerRun)
            .as("due"),
        )
        .select("person_id")
        .distinct()
        .execute(),
    );
    for (const { person_id } of due) await write((step) => takeUp(step, person_id));
    return due.length > 0;
  },
});

/** Makes a mail of what is due for one person, or puts it off. */
async function takeUp({ tx, now, newId, enqueue }: Step<NoticesTables>, personId: string): Promise<void> {
  const due = await tx
    .selectFrom("notices")
    .select(["id", "mail_as"])
    .where("person_id", "=", personId)
    .where("mail_at", "<=", now)
    .orderBy("mail_at")
    .limit(noticesPerStep)
    .execute();
  if (due.length === 0) return;
  const ids = due.map(({ id }) => id);
  const isDigest = due.some(({ mail_as }) => mail_as === "digest");
  if (!isDigest) {
    const later = await putOff(tx, personId, now);
    if (later !== null) {
      await tx.updateTable("notices").set(later).where("id", "in", ids).execute();
      return;
    }
  }
  const mailId = newId();
  await tx
    .insertInto("notice_mails")
    .values({ id: mailId, person_id: personId, is_digest: isDigest ? 1 : 0, made_at: now, ended_at: null })
    .execute();
  await tx.updateTable("notices").set({ mail_id: mailId, mail_at: null }).where("id", "in", ids).execute();
  await enqueue(sendNotices, { mailId });
}

/** Until when a mail that is no digest has to wait, if it has to. */
async function putOff(
  tx: Step<NoticesTables>["tx"],
  personId: string,
  now: number,
): Promise<{ mail_at: number; mail_as: "at_once" | "digest" } | null> {
  const recent = await tx
    .selectFrom("notice_mails")
    .select("made_at")
    .where("person_id", "=", personId)
    .where("is_digest", "=", 0)
    .where("made_at", ">", now - dayMs)
    .orderBy("made_at", "desc")
    .limit(mailsPerDayMax)
    .execute();
  const [last] = recent;
  if (last === undefined) return null;
  if (recent.length === mailsPerDayMax) {
    const wishes = (await wishesOf(tx, [personId])).get(personId);
    if (wishes !== undefined) return { mail_at: nextDigest(now, wishes), mail_as: "digest" };
  }
  return last.made_at > now - pauseMs ? { mail_at: last.made_at + pauseMs, mail_as: "at_once" } : null;
}
