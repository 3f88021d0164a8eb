/** The rows of announcements, as people see them. */
import type { Kysely } from "kysely";
import { peopleByIds } from "#slices/identity/api.ts";
import type { Announcement } from "./schema.ts";
import type { AnnouncementsTable, CoursesTables } from "./tables.ts";

/** The rows as announcements, in the order given, with the names of those who posted them. */
export async function announcementsOf(
  db: Kysely<CoursesTables>,
  rows: readonly AnnouncementsTable[],
): Promise<Announcement[]> {
  const people = await peopleByIds(
    db,
    rows.map((row) => row.posted_by),
  );
  return rows.map((row) => ({
    announcementId: row.id,
    courseId: row.course_id,
    title: row.title,
    body: row.body,
    postedBy: { personId: row.posted_by, name: people.get(row.posted_by)?.name ?? "" },
    postedAt: row.posted_at,
    removedAt: row.removed_at,
  }));
}
