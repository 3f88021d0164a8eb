/** A new join code, when the old one has travelled too far. */
import { z } from "zod";
import { findCourse } from "./courses.ts";
import { joinCodeRenewed } from "./events.ts";
import { newJoinCode } from "./join-code.ts";
import { managesCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives the course another join code, also where it was off; the old one lets nobody in. Who joined with it stays. */
export const renewJoinCode = operation({
  name: "courses.renewJoinCode",
  summary: "Replaces a course's join code; the old one stops working at once.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: Course,
  policy: managesCourse,
  async handle({ input, actor, tx, random, emit }) {
    const { courseId } = input;
    await tx
      .updateTable("courses")
      .set({ join_code: newJoinCode(random), join_code_off: 0 })
      .where("id", "=", courseId)
      .execute();
    emit(joinCodeRenewed, { courseId });
    return findCourse(tx, actor, courseId);
  },
});
