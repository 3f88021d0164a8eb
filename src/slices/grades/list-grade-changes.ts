/** How a cell came to be what it is. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { courseIdField } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { keepsGradebook } from "./policy.ts";
import { columnIdField, GradeCellChange, studentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists what was set in a cell of the gradebook, the latest first. An assignment's own gradings have their history there. */
export const listGradeChanges = operation({
  name: "grades.listGradeChanges",
  summary: "Lists who set what in a cell of the gradebook, the latest first.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    columnId: columnIdField,
    studentId: studentIdField,
    ...pageFields,
  }),
  output: pageOf(GradeCellChange),
  policy: keepsGradebook,
  async handle({ input, db }) {
    const select = db
      .selectFrom("grade_cell_changes")
      .selectAll()
      .where("column_id", "=", input.columnId)
      .where("student_id", "=", input.studentId)
      .where("course_id", "=", input.courseId);
    const page = await pageById(select, input, "newest first");
    const people = await peopleByIds(
      db,
      page.items.map((row) => row.changed_by),
    );
    return {
      ...page,
      items: page.items.map((row) => ({
        pointsBefore: row.hundredths_before === null ? null : row.hundredths_before / 100,
        pointsAfter: row.hundredths_after === null ? null : row.hundredths_after / 100,
        excusedBefore: row.excused_before === 1,
        excusedAfter: row.excused_after === 1,
        reason: row.reason,
        changedBy: { personId: row.changed_by, name: people.get(row.changed_by)?.name ?? "" },
        changedAt: row.changed_at,
        source: row.import_id === null ? ("gradebook" as const) : ("csv" as const),
      })),
    };
  },
});
