/** Taking a course out of students' sight. */
import { z } from "zod";
import { moveOn } from "./life.ts";
import { managesCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Makes a course a draft again; whatever students did in it stays. Twice is harmless. */
export const unpublishCourse = operation({
  name: "courses.unpublishCourse",
  summary: "Makes a course a draft again, which only those who teach it see.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: Course,
  policy: managesCourse,
  async handle(context) {
    const { input } = context;
    return moveOn(context, input.courseId, {
      isThere: (row) => row.published === 0,
      changes: { published: 0 },
    });
  },
});
