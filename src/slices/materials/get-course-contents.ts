/** What a course gives to its people, in order. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { cutPage, decodeCursor, pageFields } from "#kernel/paging.ts";
import { courseIdField, courseName, loadStanding } from "#slices/courses/api.ts";
import { chosenCourse, seesAsStudent, seesContents } from "./policy.ts";
import { asPersonField, CourseContents } from "./schema.ts";
import { operation } from "./tables.ts";
import { materialsAsSeen, seenModuleIds, studentViewer, viewerOf } from "./viewing.ts";

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
      moduleId: z
        .string()
        .max(64)
        .optional()
        .meta({ description: "Only what stands in this module; empty for the general contents." }),
      asPersonId: asPersonField,
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
  policy: seesAsStudent(seesContents, chosenCourse),
  examples: [{ summary: "By code and term", input: { code: "ASTRO-101", term: "Autumn 2026" } }],
  async handle({ input, actor, db, now }) {
    const courseId = present(await chosenCourse(db, input), "the policy has found the course");
    const viewer =
      input.asPersonId === undefined
        ? viewerOf(actor, await loadStanding(db, actor, courseId))
        : studentViewer(input.asPersonId);
    let select = db
      .selectFrom("materials")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("removed_at", input.removed ? "is not" : "is", null)
      .orderBy("module_id")
      .orderBy("place")
      .orderBy("id");
    if (input.moduleId !== undefined) select = select.where("module_id", "=", input.moduleId);
    if (!viewer.seesAll)
      select = select
        .where("module_id", "in", await seenModuleIds(db, courseId))
        .where((each) => each.or([each("published", "=", 1), each("publish_at", "<=", now)]));
    if (input.cursor !== undefined) {
      const [moduleId, place, id] = decodeCursor(input.cursor, ["text", "integer", "text"]);
      select = select.where((each) =>
        each.or([
          each("module_id", ">", moduleId),
          each.and([each("module_id", "=", moduleId), each("place", ">", place)]),
          each.and([each("module_id", "=", moduleId), each("place", "=", place), each("id", ">", id)]),
        ]),
      );
    }
    const rows = await select.limit(input.limit + 1).execute();
    const page = cutPage(
      rows,
      input.limit,
      (row) => [row.module_id, row.place, row.id],
      (row) => row,
    );
    return {
      course: await courseName(db, courseId),
      items: await materialsAsSeen(db, viewer, page.items, now),
      nextCursor: page.nextCursor,
    };
  },
});
