/** Notices in the life of a course: never copied, since they are people's; deleted with it. */
import { courseLifeFor } from "#kernel/course-life.ts";
import { dropRowsOfCourse } from "#kernel/drop-rows.ts";
import type { NoticesTables } from "./tables.ts";

export const noticesLife = courseLifeFor<NoticesTables>()({
  purge: ({ tx }, courseId) => dropRowsOfCourse(tx, ["notices"], courseId),
});
