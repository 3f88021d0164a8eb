/** Notices in the life of a course: never copied, since they are people's; deleted with it. */
import { courseLifeFor } from "#kernel/course-life.ts";
import type { NoticesTables } from "./tables.ts";

const purgedAtOnce = 400;

export const noticesLife = courseLifeFor<NoticesTables>()({
  async purge({ tx }, courseId) {
    const result = await tx
      .deleteFrom("notices")
      .where("id", "in", (each) =>
        each.selectFrom("notices").select("id").where("course_id", "=", courseId).limit(purgedAtOnce),
      )
      .executeTakeFirst();
    return Number(result.numDeletedRows) > 0;
  },
});
