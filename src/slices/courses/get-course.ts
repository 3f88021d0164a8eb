/** One course, with what the asker is in it. */
import { z } from "zod";
import { findCourse } from "./courses.ts";
import { belongsToCourse } from "./policy.ts";
import { Course, courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives a course to those who belong to it; to others it does not exist. */
export const getCourse = operation({
  name: "courses.getCourse",
  summary: "Gives a course, and what you are in it.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField }),
  output: Course,
  policy: belongsToCourse,
  handle: ({ input, actor, db }) => findCourse(db, actor, input.courseId),
});
