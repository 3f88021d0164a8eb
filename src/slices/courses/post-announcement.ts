/** Telling everyone in a course something. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { announcementsOf } from "./announcements.ts";
import { announcementPosted } from "./events.ts";
import { teachesCourse } from "./policy.ts";
import {
  Announcement,
  announcementBodyField,
  announcementsMax,
  announcementTitleField,
  courseIdField,
} from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Posts an announcement; everyone in the course sees it at once. */
export const postAnnouncement = operation({
  name: "courses.postAnnouncement",
  summary: "Posts an announcement to everyone in a course.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    title: announcementTitleField,
    body: announcementBodyField.default(""),
  }),
  output: Announcement,
  policy: teachesCourse,
  refusals: { too_many_announcements: "failed_precondition" },
  examples: [
    {
      summary: "A change of room",
      input: { courseId: "01a1fc9d-feda-7000-ab33-c7ffadd4fa47", title: "Tomorrow in room 204" },
    },
  ],
  async handle({ input, actor, tx, now, newId, emit }) {
    const { posted } = await tx
      .selectFrom("announcements")
      .select((each) => each.fn.countAll<number>().as("posted"))
      .where("course_id", "=", input.courseId)
      .executeTakeFirstOrThrow();
    if (posted >= announcementsMax)
      throw new Refusal("too_many_announcements", `A course keeps up to ${announcementsMax} announcements.`);
    const row = {
      id: newId(),
      course_id: input.courseId,
      title: input.title.trim(),
      body: input.body,
      posted_by: changedBy(actor),
      posted_at: now,
      removed_at: null,
    };
    await tx.insertInto("announcements").values(row).execute();
    emit(announcementPosted, {
      announcementId: row.id,
      courseId: row.course_id,
      postedBy: row.posted_by,
    });
    const [announcement] = await announcementsOf(tx, [row]);
    return present(announcement, "one row makes one announcement");
  },
});
