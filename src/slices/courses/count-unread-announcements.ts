/** How much somebody has yet to read of what was announced to them. */
import { z } from "zod";
import { countsAnnouncements } from "./announcement-policy.ts";
import { UnreadAnnouncements, unreadCountMax } from "./announcement-schema.ts";
import { coursesOf } from "./api.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Counts the caller's unread announcements, course by course; courses without any are left out. */
export const countUnreadAnnouncements = operation({
  name: "courses.countUnreadAnnouncements",
  summary: "Counts the announcements that you have yet to read, in each of your courses.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField.optional() }),
  output: z.object({ items: z.array(UnreadAnnouncements) }).meta({
    description: `Up to ${unreadCountMax} in all are counted, the newest first.`,
  }),
  policy: countsAnnouncements,
  async handle({ input, actor, db }) {
    if (actor.kind !== "person") return { items: [] };
    const { personId } = actor;
    const ids = (await coursesOf(db, actor))
      .map(({ courseId }) => courseId)
      .filter((id) => input.courseId === undefined || id === input.courseId);
    if (ids.length === 0) return { items: [] };
    const rows = await db
      .selectFrom("announcements")
      .leftJoin("announcement_reads", (join) =>
        join
          .onRef("announcement_reads.announcement_id", "=", "announcements.id")
          .on("announcement_reads.person_id", "=", personId),
      )
      .select("announcements.course_id as courseId")
      .where("announcements.course_id", "in", ids)
      .where("announcements.posted", "=", 1)
      .where("announcements.removed_at", "is", null)
      .where("announcements.posted_by", "!=", personId)
      .where("announcement_reads.read_at", "is", null)
      .orderBy("announcements.posted_at", "desc")
      .limit(unreadCountMax)
      .execute();
    const counts = Map.groupBy(rows, ({ courseId }) => courseId);
    return { items: [...counts].map(([courseId, each]) => ({ courseId, unread: each.length })) };
  },
});
