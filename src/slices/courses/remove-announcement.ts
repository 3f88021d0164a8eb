/** Taking back what was announced, and undoing that. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { announcementsOf } from "./announcements.ts";
import { announcementRemoved, announcementRestored } from "./events.ts";
import { teachesCourseOfAnnouncement } from "./policy.ts";
import { Announcement, idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Removes an announcement from the course, or puts a removed one back; either twice is harmless. */
export const removeAnnouncement = operation({
  name: "courses.removeAnnouncement",
  summary: "Removes an announcement, or puts it back.",
  kind: "command",
  input: z.strictObject({
    announcementId: idField("the announcement"),
    restore: z.boolean().default(false).meta({ description: "True to put a removed one back." }),
  }),
  output: Announcement,
  policy: teachesCourseOfAnnouncement,
  async handle({ input, tx, now, emit }) {
    const row = await tx
      .selectFrom("announcements")
      .selectAll()
      .where("id", "=", input.announcementId)
      .executeTakeFirstOrThrow();
    const isRemoved = row.removed_at !== null;
    if (isRemoved === input.restore) {
      row.removed_at = input.restore ? null : now;
      await tx
        .updateTable("announcements")
        .set({ removed_at: row.removed_at })
        .where("id", "=", row.id)
        .execute();
      emit(input.restore ? announcementRestored : announcementRemoved, {
        announcementId: row.id,
        courseId: row.course_id,
      });
    }
    const [announcement] = await announcementsOf(tx, [row]);
    return present(announcement, "one row makes one announcement");
  },
});
