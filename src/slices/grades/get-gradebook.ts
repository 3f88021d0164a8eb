/** The frame of a gradebook: its columns, and how its totals come about. */
import { z } from "zod";
import { courseIdField, courseName } from "#slices/courses/api.ts";
import { loadBook } from "./gradebook.ts";
import { keepsGradebook } from "./policy.ts";
import { Gradebook } from "./schema.ts";
import { operation } from "./tables.ts";

/** The columns of a course's gradebook and the scheme of its totals; the students' lines come by `listGradebookRows`. */
export const getGradebook = operation({
  name: "grades.getGradebook",
  summary: "Shows the columns of a course's gradebook, and how its totals come about.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField }),
  output: Gradebook,
  policy: keepsGradebook,
  async handle({ input: { courseId }, db }) {
    const { scheme, columns } = await loadBook(db, courseId);
    return { course: await courseName(db, courseId), scheme, columns: [...columns] };
  },
});
