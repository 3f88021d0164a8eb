/** Which assignments stand among a course's materials, and where. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { belongsToCourse, courseIdField, loadStanding, teaches } from "#slices/courses/api.ts";
import { PlacedAssignment } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the places only: what an assignment is, its own slice says. Students are told of published ones. */
export const listPlacedAssignments = operation({
  name: "materials.listPlacedAssignments",
  summary: "Lists the assignments that stand among the materials of a course, with their places.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(PlacedAssignment),
  policy: belongsToCourse,
  async handle({ input, actor, db }) {
    const { courseId, cursor, limit } = input;
    let select = db
      .selectFrom("course_assignments")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("placed", "=", 1)
      .orderBy("assignment_id");
    if (!teaches(await loadStanding(db, actor, courseId))) select = select.where("published", "=", 1);
    if (cursor !== undefined) {
      const [after] = decodeCursor(cursor, ["text"]);
      select = select.where("assignment_id", ">", after);
    }
    const rows = await select.limit(limit + 1).execute();
    return cutPage(
      rows,
      limit,
      (row) => [row.assignment_id],
      (row) => ({
        assignmentId: row.assignment_id,
        moduleId: row.module_id === "" ? null : row.module_id,
        order: row.place,
        placed: true,
      }),
    );
  },
});
