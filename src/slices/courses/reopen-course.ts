/** Taking a course out of the archive. */
import { z } from "zod";
import { moveOn } from "./life.ts";
import { managesWholeCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Reopens an archived course as it was. Twice is harmless. */
export const reopenCourse = operation({
  name: "courses.reopenCourse",
  summary: "Takes a course out of the archive, as it was.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: Course,
  policy: managesWholeCourse,
  async handle(context) {
    const { input } = context;
    return moveOn(context, input.courseId, {
      isThere: (row) => row.archived_at === null,
      changes: { archived_at: null, archived_by: null },
    });
  },
});
