/** Closing a course when it is over. */
import { z } from "zod";
import { moveOn } from "./life.ts";
import { managesWholeCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";
/** Archives a course. From then on every command in it is refused with `course_archived`. Twice is harmless. */
export const archiveCourse = operation({
  name: "courses.archiveCourse",
  summary: "Closes a course: everything in it can be read, and nothing changed.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: Course,
  policy: managesWholeCourse,
  async handle(context) {
    const { input, actor, now } = context;
    return moveOn(context, input.courseId, {
      isThere: (row) => row.archived_at !== null,
      changes: { archived_at: now, archived_by: changedBy(actor) },
    });
  },
});
