/** A column for what is no assignment: taking part, an oral exam, extra points. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { courseIdField } from "#slices/courses/api.ts";
import { requireCategory } from "./categories.ts";
import { columnAdded } from "./events.ts";
import { loadBook } from "./gradebook.ts";
import { keepsGradebook } from "./policy.ts";
import { categoryIdField, GradeColumn, manualColumnsMax, pointsField, titleField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Adds a column whose marks are given in the gradebook itself. Worth 0 points, its marks are extra. */
export const addGradeColumn = operation({
  name: "grades.addGradeColumn",
  summary: "Adds a column to a course's gradebook, for what is no assignment.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    title: titleField,
    pointsMax: pointsField.meta({ description: "What it is worth; 0 for extra points." }),
    categoryId: categoryIdField.nullable().default(null),
    posted: z.boolean().default(true).meta({ description: "Whether students see its marks." }),
  }),
  output: GradeColumn,
  policy: keepsGradebook,
  refusals: { too_many_columns: "failed_precondition" },
  async handle({ input, tx, now, newId, emit }) {
    const { courseId, categoryId } = input;
    await requireCategory(tx, courseId, categoryId);
    const { count } = await tx
      .selectFrom("grade_columns")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("course_id", "=", courseId)
      .where("assignment_id", "is", null)
      .executeTakeFirstOrThrow();
    if (Number(count) >= manualColumnsMax)
      throw new Refusal(
        "too_many_columns",
        `A gradebook has at most ${manualColumnsMax} columns of its own.`,
      );
    const columnId = newId();
    await tx
      .insertInto("grade_columns")
      .values({
        id: columnId,
        course_id: courseId,
        assignment_id: null,
        category_id: categoryId,
        title: input.title.trim(),
        hundredths_max: Math.round(input.pointsMax * 100),
        posted: input.posted ? 1 : 0,
        counts: 1,
        created_at: now,
      })
      .execute();
    emit(columnAdded, { columnId, courseId });
    const { columns } = await loadBook(tx, courseId);
    return present(
      columns.find((column) => column.columnId === columnId),
      "the column was just added",
    );
  },
});
