/** Having read what one should know. */
import { z } from "zod";
import { personOf, signedIn } from "#kernel/policy.ts";
import { markMax, noticeIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * Marks the caller's notices as read: those named, or the newest of all the unread ones. Others' ids and ids that are
 * none change nothing. `remaining` says whether there are more to mark with another call.
 */
export const markNoticesRead = operation({
  name: "notices.markNoticesRead",
  summary: "Marks your notices as read: some, or all.",
  kind: "command",
  input: z.strictObject({
    noticeIds: z.array(noticeIdField).max(markMax).optional().meta({ description: "Absent: all of them." }),
  }),
  output: z.object({
    marked: z.int().meta({ description: "How many were unread before." }),
    remaining: z.boolean().meta({ description: "Whether there are more that another call would mark." }),
  }),
  policy: signedIn,
  async handle({ input, actor, tx, now }) {
    const { personId } = personOf(actor);
    const { noticeIds } = input;
    if (noticeIds?.length === 0) return { marked: 0, remaining: false };
    let select = tx
      .selectFrom("notices")
      .select("id")
      .where("person_id", "=", personId)
      .where("read_at", "is", null)
      .orderBy("id", "desc")
      .limit(markMax + 1);
    if (noticeIds !== undefined) select = select.where("id", "in", noticeIds);
    const unread = (await select.execute()).map(({ id }) => id);
    const marked = unread.slice(0, markMax);
    if (marked.length > 0)
      await tx
        .updateTable("notices")
        // Whoever has read it needs no mail that tells of it.
        .set({ read_at: now, mail_at: null })
        .where("id", "in", marked)
        .execute();
    return { marked: marked.length, remaining: unread.length > markMax };
  },
});
