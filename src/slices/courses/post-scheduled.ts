/** Posting by the clock what was written before: whoever is in the course is told then, and not earlier. */
import { scheduleFor } from "#kernel/slice-schedule.ts";
import { announcementPosted } from "./events.ts";
import type { CoursesTables } from "./tables.ts";

const atOnceMax = 100;

/** What waits in a course that is a draft, archived or in the trash goes on waiting, and holds nothing else up. */
export const postScheduled = scheduleFor<CoursesTables>()({
  name: "courses.postScheduled",
  everyMs: 5_000,
  async run({ read, write, now }) {
    const due = await read((db) =>
      db
        .selectFrom("announcements")
        .innerJoin("courses", "courses.id", "announcements.course_id")
        .select("announcements.id as id")
        .where("announcements.posted", "=", 0)
        .where("announcements.posted_at", "<=", now)
        .where("announcements.removed_at", "is", null)
        .where("courses.published", "=", 1)
        .where("courses.staged", "=", 0)
        .where("courses.archived_at", "is", null)
        .where("courses.trashed_at", "is", null)
        .orderBy("announcements.posted_at")
        .limit(atOnceMax)
        .execute(),
    );
    if (due.length === 0) return false;
    await write(async ({ tx, emit, now: postedAt }) => {
      // Removed or put off a moment ago, it is no longer due.
      const posted = await tx
        .updateTable("announcements")
        .set((each) => ({ posted: 1, posted_at: postedAt, version: each("version", "+", 1) }))
        .where(
          "id",
          "in",
          due.map(({ id }) => id),
        )
        .where("posted", "=", 0)
        .where("posted_at", "<=", postedAt)
        .where("removed_at", "is", null)
        .returning(["id", "course_id", "posted_by"])
        .execute();
      for (const { id, course_id, posted_by } of posted)
        emit(announcementPosted, { announcementId: id, courseId: course_id, postedBy: posted_by });
    });
    return due.length === atOnceMax;
  },
});
