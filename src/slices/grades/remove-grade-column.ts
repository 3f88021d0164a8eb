/** Taking a column of the gradebook's own out again. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { courseIdField } from "#slices/courses/api.ts";
import { columnRemoved } from "./events.ts";
import { keepsGradebook } from "./policy.ts";
import { columnIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Removes a column in which nothing is marked: marks are taken out first, so that none is lost by one press. */
export const removeGradeColumn = operation({
  name: "grades.removeGradeColumn",
  summary: "Removes a column of the gradebook's own in which nothing is marked.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField, columnId: columnIdField }),
  output: z.object({ columnId: z.string() }),
  policy: keepsGradebook,
  refusals: { column_in_use: "failed_precondition" },
  async handle({ input: { courseId, columnId }, tx, emit }) {
    const column = await tx
      .selectFrom("grade_columns")
      .select("assignment_id")
      .where("id", "=", columnId)
      .where("course_id", "=", courseId)
      .executeTakeFirst();
    if (column === undefined || column.assignment_id !== null)
      throw new Refusal("not_found", "This gradebook has no column of its own with this id.");
    const marked = await tx
      .selectFrom("grade_cells")
      .select("student_id")
      .where("column_id", "=", columnId)
      .where((each) => each.or([each("hundredths", "is not", null), each("excused", "=", 1)]))
      .limit(1)
      .executeTakeFirst();
    if (marked !== undefined)
      throw new Refusal(
        "column_in_use",
        "There are marks in this column. Take them out first, or let the column count for nothing and hide it.",
      );
    await tx.deleteFrom("grade_columns").where("id", "=", columnId).execute();
    emit(columnRemoved, { columnId, courseId });
    return { columnId };
  },
});
