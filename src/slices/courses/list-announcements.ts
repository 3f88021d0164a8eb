/** What has been announced in a course. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { listsAnnouncements } from "./announcement-policy.ts";
import { Announcement, AnnouncementList } from "./announcement-schema.ts";
import { announcementsOf } from "./announcements.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the announcements of a course, pinned ones first, then the newest. */
export const listAnnouncements = operation({
  name: "courses.listAnnouncements",
  summary: "Lists what has been announced in a course: pinned ones first, then the newest.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    list: AnnouncementList.default("posted").meta({
      description: "For those who teach, also what is scheduled, and what was removed.",
    }),
    ...pageFields,
  }),
  output: pageOf(Announcement),
  policy: listsAnnouncements,
  async handle({ input, actor, db }) {
    const { list } = input;
    let select = db
      .selectFrom("announcements")
      .selectAll()
      .where("course_id", "=", input.courseId)
      .where("removed_at", list === "removed" ? "is not" : "is", null)
      .orderBy("pinned", "desc")
      .orderBy("posted_at", "desc")
      .orderBy("id", "desc");
    if (list !== "removed") select = select.where("posted", "=", list === "posted" ? 1 : 0);
    if (input.cursor !== undefined) {
      const [pinned, postedAt, id] = decodeCursor(input.cursor, ["integer", "integer", "text"]);
      const above = pinned === 1 ? 1 : 0;
      select = select.where((each) =>
        each.or([
          each("pinned", "<", above),
          each.and([
            each("pinned", "=", above),
            each.or([
              each("posted_at", "<", postedAt),
              each.and([each("posted_at", "=", postedAt), each("id", "<", id)]),
            ]),
          ]),
        ]),
      );
    }
    const page = cutPage(
      await select.limit(input.limit + 1).execute(),
      input.limit,
      (row) => [row.pinned, row.posted_at, row.id],
      (row) => row,
    );
    return { items: await announcementsOf(db, page.items, actor), nextCursor: page.nextCursor };
  },
});
