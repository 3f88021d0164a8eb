/** How much room a course takes. */
import { z } from "zod";
import { teachesCourse } from "./policy.ts";
import { CourseStorage, courseIdField } from "./schema.ts";
import { bytesOf, schoolBytesMax, storageOf } from "./storage.ts";
import { operation } from "./tables.ts";

/** Gives the bytes of a course's files and its limit, to those who teach it. */
export const getCourseStorage = operation({
  name: "courses.getCourseStorage",
  summary: "Tells how much room the files of a course take, and how much is left.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField }),
  output: CourseStorage,
  policy: teachesCourse,
  async handle({ input, db, slices }) {
    const { courseId } = input;
    const course = await db
      .selectFrom("courses")
      .select(["id", "storage_bytes_max"])
      .where("id", "=", courseId)
      .executeTakeFirstOrThrow();
    const bytes = await bytesOf(db, slices, [courseId]);
    return storageOf(course, bytes.get(courseId), await schoolBytesMax(db));
  },
});
