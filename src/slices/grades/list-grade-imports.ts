/** The imports of marks of a course, in the last weeks. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { courseIdField } from "#slices/courses/api.ts";
import { importsOf } from "./grade-imports.ts";
import { keepsGradebook } from "./policy.ts";
import { GradeImport } from "./schema.ts";
import { operation } from "./tables.ts";

/** The newest first. */
export const listGradeImports = operation({
  name: "grades.listGradeImports",
  summary: "Lists the imports of marks into a course's gradebook, the newest first.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(GradeImport),
  policy: keepsGradebook,
  async handle({ input, db }) {
    const select = db.selectFrom("grade_imports").selectAll().where("course_id", "=", input.courseId);
    const page = await pageById(select, input, "newest first");
    return { items: await importsOf(db, page.items), nextCursor: page.nextCursor };
  },
});
