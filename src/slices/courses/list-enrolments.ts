/** Who is in a course. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { enrolmentsOf } from "./enrolments.ts";
import { teachesCourse } from "./policy.ts";
import { CourseRole, courseIdField, Enrolment } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists who is in a course, for those who teach it, in the order in which they first came. */
export const listEnrolments = operation({
  name: "courses.listEnrolments",
  summary: "Lists who is in a course, with their roles.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    role: CourseRole.optional(),
    ended: z
      .boolean()
      .default(false)
      .meta({ description: "True for those whose enrolment has ended, instead of those who are in it." }),
    ...pageFields,
  }),
  output: pageOf(Enrolment),
  policy: teachesCourse,
  async handle({ input, db }) {
    let select = db
      .selectFrom("enrolments")
      .selectAll()
      .where("course_id", "=", input.courseId)
      .where("ended_at", input.ended ? "is not" : "is", null)
      .orderBy("id");
    if (input.role !== undefined) select = select.where("role", "=", input.role);
    if (input.cursor !== undefined) {
      const [after] = decodeCursor(input.cursor, ["text"]);
      select = select.where("id", ">", after);
    }
    const page = cutPage(
      await select.limit(input.limit + 1).execute(),
      input.limit,
      (row) => [row.id],
      (row) => row,
    );
    return { items: await enrolmentsOf(db, page.items), nextCursor: page.nextCursor };
  },
});
