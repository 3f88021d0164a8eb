/** Switching a course's join code off, and on again. */
import { z } from "zod";
import { findCourse } from "./courses.ts";
import { joinCodeSwitched } from "./events.ts";
import { managesCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** While it is off nobody joins by the code; switched on, it is the same one again. `renewJoinCode` makes another. */
export const setJoinCode = operation({
  name: "courses.setJoinCode",
  summary: "Switches a course's join code off or on; links and enrolments are not touched.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    on: z.boolean().meta({ description: "False: nobody joins by the code from now on." }),
  }),
  output: Course,
  policy: managesCourse,
  async handle({ input, actor, tx, emit }) {
    const { courseId, on } = input;
    const wanted = on ? 0 : 1;
    const changed = await tx
      .updateTable("courses")
      .set({ join_code_off: wanted })
      .where("id", "=", courseId)
      .where("join_code_off", "!=", wanted)
      .returning("id")
      .execute();
    if (changed.length > 0) emit(joinCodeSwitched, { courseId });
    return findCourse(tx, actor, courseId);
  },
});
