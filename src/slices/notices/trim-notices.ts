/** Nothing grows without a bound: notices, mails and reminders go after their time, a chunk at a time. */
import { noticeRetentionMs } from "./schema.ts";
import { schedule } from "./tables.ts";

const chunkMax = 150;

export const trimNotices = schedule({
  name: "notices.trimNotices",
  everyMs: 3_600_000,
  run: ({ write, now }) =>
    write(async ({ tx }) => {
      const before = now - noticeRetentionMs;
      const notices = await tx
        .deleteFrom("notices")
        .where("id", "in", (each) =>
          each.selectFrom("notices").select("id").where("created_at", "<", before).limit(chunkMax),
        )
        .executeTakeFirst();
      const mails = await tx
        .deleteFrom("notice_mails")
        .where("id", "in", (each) =>
          each.selectFrom("notice_mails").select("id").where("made_at", "<", before).limit(chunkMax),
        )
        .executeTakeFirst();
      await tx.deleteFrom("reminders").where("reminded_at", "<", before).execute();
      return [notices, mails].some(({ numDeletedRows }) => Number(numDeletedRows) === chunkMax);
    }),
});
