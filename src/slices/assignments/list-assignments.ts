/** The assignments of a course, by when they are due. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { courseIdField, courseTimeZone, loadStanding, teaches } from "#slices/courses/api.ts";
import { assignmentOf } from "./assignments.ts";
import { takesPartInCourse } from "./policy.ts";
import { Assignment } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists a course's assignments, the earliest due first: all to those who teach, the published ones to students. */
export const listAssignments = operation({
  name: "assignments.listAssignments",
  summary: "Lists the assignments of a course, the earliest due first.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField, ...pageFields }),
  output: pageOf(Assignment),
  policy: takesPartInCourse,
  async handle({ input, actor, db, now }) {
    const { courseId } = input;
    let select = db
      .selectFrom("assignments")
      .selectAll()
      .where("course_id", "=", courseId)
      .orderBy("due_key")
      .orderBy("id");
    const isTeacher = teaches(await loadStanding(db, actor, courseId));
    const timeZone = await courseTimeZone(db, courseId);
    if (!isTeacher) select = select.where("published", "=", 1);
    if (input.cursor !== undefined) {
      const [due, id] = decodeCursor(input.cursor, ["integer", "text"]);
      select = select.where((each) =>
        each.or([each("due_key", ">", due), each.and([each("due_key", "=", due), each("id", ">", id)])]),
      );
    }
    const rows = await select.limit(input.limit + 1).execute();
    return cutPage(
      rows,
      input.limit,
      (row) => [row.due_key, row.id],
      (row) => assignmentOf(row, { now, timeZone, teaches: isTeacher }),
    );
  },
});
