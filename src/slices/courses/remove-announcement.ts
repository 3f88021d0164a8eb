/** Taking back what was announced, and undoing that. */
import { z } from "zod";
import { changesAnnouncement } from "./announcement-policy.ts";
import { Announcement, announcementIdField } from "./announcement-schema.ts";
import { announcementOf, announcementRow } from "./announcements.ts";
import { announcementRemoved, announcementRestored } from "./events.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/**
 * Removes an announcement from the course, or puts a removed one back; either twice is harmless. What comes back is not
 * pinned any more, so that there is room for it.
 */
export const removeAnnouncement = operation({
  name: "courses.removeAnnouncement",
  summary: "Removes an announcement, or puts it back.",
  kind: "command",
  input: z.strictObject({
    announcementId: announcementIdField,
    restore: z.boolean().default(false).meta({ description: "True to put a removed one back." }),
  }),
  output: Announcement,
  policy: changesAnnouncement,
  async handle({ input, actor, tx, now, emit }) {
    const row = await announcementRow(tx, input.announcementId);
    const isRemoved = row.removed_at !== null;
    if (isRemoved !== input.restore) return announcementOf(tx, row, actor);
    const changes = {
      removed_at: input.restore ? null : now,
      pinned: 0,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.updateTable("announcements").set(changes).where("id", "=", row.id).execute();
    emit(input.restore ? announcementRestored : announcementRemoved, {
      announcementId: row.id,
      courseId: row.course_id,
    });
    return announcementOf(tx, { ...row, ...changes }, actor);
  },
});
