/** What has been announced in a course. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { announcementsOf } from "./announcements.ts";
import { belongsToCourse } from "./policy.ts";
import { Announcement, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the announcements of a course, the newest first, without removed ones. */
export const listAnnouncements = operation({
  name: "courses.listAnnouncements",
  summary: "Lists what has been announced in a course, the newest first.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(Announcement),
  policy: belongsToCourse,
  async handle({ input, db }) {
    let select = db
      .selectFrom("announcements")
      .selectAll()
      .where("course_id", "=", input.courseId)
      .where("removed_at", "is", null)
      .orderBy("id", "desc");
    if (input.cursor !== undefined) {
      const [before] = decodeCursor(input.cursor, ["text"]);
      select = select.where("id", "<", before);
    }
    const page = cutPage(
      await select.limit(input.limit + 1).execute(),
      input.limit,
      (row) => [row.id],
      (row) => row,
    );
    return { items: await announcementsOf(db, page.items), nextCursor: page.nextCursor };
  },
});
