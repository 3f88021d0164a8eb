/** What a course gives to its people, in order. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { cutPage, decodeCursor, pageFields } from "#kernel/paging.ts";
import { courseIdField, courseName, loadStanding, teaches } from "#slices/courses/api.ts";
import { materialOf } from "./materials.ts";
import { chosenCourse, seesContents } from "./policy.ts";
import { CourseContents } from "./schema.ts";
import { operation } from "./tables.ts";

const courseNamed = "Name the course by courseId, or by code and term together.";

/** Lists a course's materials: all of them to staff, the published ones to everybody else in the course. */
export const getCourseContents = operation({
  name: "materials.getCourseContents",
  summary: "Lists the materials of a course, named by its id or by its code and term.",
  kind: "read",
  input: z
    .strictObject({
      courseId: courseIdField.optional(),
      code: z.string().min(1).max(100).optional().meta({ description: "The course's code; needs the term." }),
      term: z.string().min(1).max(100).optional().meta({ description: "The course's term; needs the code." }),
      removed: z
        .boolean()
        .default(false)
        .meta({ description: "True, for staff: what was removed, instead of what is there." }),
      ...pageFields,
    })
    .refine(
      ({ courseId, code, term }) =>
        courseId === undefined
          ? code !== undefined && term !== undefined
          : code === undefined && term === undefined,
      { error: courseNamed, path: ["courseId"] },
    ),
  output: CourseContents,
  policy: seesContents,
  examples: [{ summary: "By code and term", input: { code: "ASTRO-101", term: "Autumn 2026" } }],
  async handle({ input, actor, db }) {
    const courseId = present(await chosenCourse(db, input), "the policy has found the course");
    const isStaff = teaches(await loadStanding(db, actor, courseId));
    let select = db
      .selectFrom("materials")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("removed_at", input.removed ? "is not" : "is", null)
      .orderBy("place")
      .orderBy("id");
    if (!isStaff) select = select.where("published", "=", 1);
    if (input.cursor !== undefined) {
      const [place, id] = decodeCursor(input.cursor, ["integer", "text"]);
      select = select.where((each) =>
        each.or([each("place", ">", place), each.and([each("place", "=", place), each("id", ">", id)])]),
      );
    }
    const rows = await select.limit(input.limit + 1).execute();
    return {
      course: await courseName(db, courseId),
      ...cutPage(rows, input.limit, (row) => [row.place, row.id], materialOf),
    };
  },
});
