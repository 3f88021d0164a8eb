/** Having read what was announced. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { readsInCourse } from "./announcement-policy.ts";
import { announcementIdField, markReadMax } from "./announcement-schema.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * Marks announcements of a course as read: those named, or the newest of all the unread ones. What the caller may not see
 * changes nothing. `remaining` says whether there are more to mark with another call.
 */
export const markAnnouncementsRead = operation({
  name: "courses.markAnnouncementsRead",
  summary: "Marks announcements of a course as read: some, or all.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    announcementIds: z
      .array(announcementIdField)
      .max(markReadMax)
      .optional()
      .meta({ description: "Absent: all of them." }),
  }),
  output: z.object({
    marked: z.int().meta({ description: "How many were unread before." }),
    remaining: z.boolean().meta({ description: "Whether there are more that another call would mark." }),
  }),
  policy: readsInCourse,
  async handle({ input, actor, tx, now }) {
    const { personId } = personOf(actor);
    const { courseId, announcementIds } = input;
    if (announcementIds?.length === 0) return { marked: 0, remaining: false };
    let select = tx
      .selectFrom("announcements")
      .leftJoin("announcement_reads", (join) =>
        join
          .onRef("announcement_reads.announcement_id", "=", "announcements.id")
          .on("announcement_reads.person_id", "=", personId),
      )
      .select("announcements.id as id")
      .where("announcements.course_id", "=", courseId)
      .where("announcements.posted", "=", 1)
      .where("announcements.removed_at", "is", null)
      .where("announcements.posted_by", "!=", personId)
      .where("announcement_reads.read_at", "is", null)
      .orderBy("announcements.posted_at", "desc")
      .limit(markReadMax + 1);
    if (announcementIds !== undefined) select = select.where("announcements.id", "in", announcementIds);
    const unread = await select.execute();
    const marked = unread.slice(0, markReadMax);
    if (marked.length > 0)
      await tx
        .insertInto("announcement_reads")
        .values(
          marked.map(({ id }) => ({
            announcement_id: id,
            person_id: personId,
            course_id: courseId,
            read_at: now,
          })),
        )
        .onConflict((conflict) => conflict.columns(["announcement_id", "person_id"]).doNothing())
        .execute();
    return { marked: marked.length, remaining: unread.length > markReadMax };
  },
});
