/** The links into a course. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { CourseLink } from "./course-link-schema.ts";
import { linksOf } from "./course-links.ts";
import { managesCourse } from "./policy.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The newest first, those that no longer hold among them: they say by which way people came. */
export const listCourseLinks = operation({
  name: "courses.listCourseLinks",
  summary: "Lists the links into a course, with how many came by each.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(CourseLink),
  policy: managesCourse,
  async handle({ input, db, now }) {
    const select = db.selectFrom("course_links").selectAll().where("course_id", "=", input.courseId);
    const page = await pageById(select, input, "newest first");
    return { items: await linksOf(db, page.items, now), nextCursor: page.nextCursor };
  },
});
