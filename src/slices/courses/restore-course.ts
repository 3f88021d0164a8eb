/** Taking a course out of the trash. */
import { z } from "zod";
import { moveOn } from "./life.ts";
import { managesTrashedCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Restores a course from the trash, with everything in it as it was, archived or a draft where it was that. */
export const restoreCourse = operation({
  name: "courses.restoreCourse",
  summary: "Takes a course out of the trash, as it was.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: Course,
  policy: managesTrashedCourse,
  async handle(context) {
    const { input } = context;
    return moveOn(context, input.courseId, {
      isThere: (row) => row.trashed_at === null,
      changes: { trashed_at: null, trashed_by: null },
    });
  },
});
