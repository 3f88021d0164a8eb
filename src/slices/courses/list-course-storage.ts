/** How much room the courses of the school take. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { courseNameOf } from "./courses.ts";
import { CourseStorageEntry } from "./schema.ts";
import { bytesOf, schoolBytesMax, storageOf } from "./storage.ts";
import { operation } from "./tables.ts";

/** Lists all courses, those in the trash too, the newest first, with the bytes of their files. */
export const listCourseStorage = operation({
  name: "courses.listCourseStorage",
  summary: "Lists the courses of the school with the room that their files take.",
  kind: "read",
  cost: "heavy",
  input: z.strictObject({ ...pageFields }),
  output: pageOf(CourseStorageEntry).extend({
    schoolBytesMax: z.int().meta({ description: "The limit of courses that have none of their own." }),
  }),
  policy: hasRole("admin"),
  async handle({ input, db, slices }) {
    const select = db
      .selectFrom("courses")
      .select(["id", "code", "term", "title", "storage_bytes_max", "trashed_at"]);
    const page = await pageById(select, input, "newest first");
    const bytes = await bytesOf(
      db,
      slices,
      page.items.map(({ id }) => id),
    );
    const schoolMax = await schoolBytesMax(db);
    return {
      ...page,
      items: page.items.map((row) => ({
        course: courseNameOf(row),
        isInTrash: row.trashed_at !== null,
        storage: storageOf(row, bytes.get(row.id), schoolMax),
      })),
      schoolBytesMax: schoolMax,
    };
  },
});
