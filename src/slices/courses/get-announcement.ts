/** One announcement, by its own address. */
import { z } from "zod";
import { seesAnnouncement } from "./announcement-policy.ts";
import { Announcement, announcementIdField } from "./announcement-schema.ts";
import { announcementOf, announcementRow } from "./announcements.ts";
import { operation } from "./tables.ts";

export const getAnnouncement = operation({
  name: "courses.getAnnouncement",
  summary: "Shows one announcement.",
  kind: "read",
  input: z.strictObject({ announcementId: announcementIdField }),
  output: Announcement,
  policy: seesAnnouncement,
  handle: async ({ input, actor, db }) =>
    announcementOf(db, await announcementRow(db, input.announcementId), actor),
});
