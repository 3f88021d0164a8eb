/** Opening a course to those who are in it. */
import { z } from "zod";
import { moveOn } from "./life.ts";
import { managesCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Publishes a draft: students and observers see it from now on. Twice is harmless. */
export const publishCourse = operation({
  name: "courses.publishCourse",
  summary: "Opens a draft to everybody in the course.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: Course,
  policy: managesCourse,
  async handle(context) {
    const { input } = context;
    return moveOn(context, input.courseId, {
      isThere: (row) => row.published === 1,
      changes: { published: 1 },
    });
  },
});
