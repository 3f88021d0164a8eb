/** A course's outline. */
import { z } from "zod";
import { outlineOf, removedModules } from "./outline.ts";
import { seesOutline } from "./outline-policy.ts";
import { loadStanding, teaches } from "./policy.ts";
import { CourseOutline, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives the sections and modules in order: all of them to staff, the published ones to everybody else in the course. */
export const getOutline = operation({
  name: "courses.getOutline",
  summary: "Gives a course's sections and modules, in order.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    removed: z
      .boolean()
      .default(false)
      .meta({ description: "True, for staff: the modules that were removed, instead of what is there." }),
  }),
  output: CourseOutline,
  policy: seesOutline,
  async handle({ input, actor, db }) {
    const { courseId } = input;
    if (input.removed) return { courseId, modules: await removedModules(db, courseId), sections: [] };
    const standing = await loadStanding(db, actor, courseId);
    return outlineOf(db, courseId, { drafts: teaches(standing) });
  },
});
