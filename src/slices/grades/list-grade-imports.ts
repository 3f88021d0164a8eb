/** The imports of marks of a course, in the last weeks. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
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
    let select = db.selectFrom("grade_imports").selectAll().where("course_id", "=", input.courseId);
    if (input.cursor !== undefined) select = select.where("id", "<", decodeCursor(input.cursor, ["text"])[0]);
    const rows = await select
      .orderBy("id", "desc")
      .limit(input.limit + 1)
      .execute();
    const page = cutPage(
      rows,
      input.limit,
      (row) => [row.id],
      (row) => row,
    );
    return { items: await importsOf(db, page.items), nextCursor: page.nextCursor };
  },
});
