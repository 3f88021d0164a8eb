/** Throwing a course away, for as long as it can still be taken back. */
import { z } from "zod";
import { moveOn } from "./life.ts";
import { managesWholeCourse } from "./policy.ts";
import { CourseName, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Puts a course into the trash: from now on it is there for nobody but, in the trash, for those who manage it. */
export const trashCourse = operation({
  name: "courses.trashCourse",
  summary: "Puts a course into the trash; for 30 days it can be restored.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: CourseName,
  policy: managesWholeCourse,
  async handle(context) {
    const { input, actor, now } = context;
    return moveOn(context, input.courseId, {
      isThere: (row) => row.trashed_at !== null,
      changes: { trashed_at: now, trashed_by: changedBy(actor) },
    });
  },
});
