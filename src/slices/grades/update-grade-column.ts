/** Changing a column: where it belongs, whether it counts, and whether students see it. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { courseIdField } from "#slices/courses/api.ts";
import { requireCategory } from "./categories.ts";
import { columnUpdated } from "./events.ts";
import { loadBook } from "./gradebook.ts";
import { keepsGradebook } from "./policy.ts";
import { categoryIdField, columnIdField, GradeColumn, pointsField, titleField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Changes a column; what is left out stays. Title and points of an assignment are the assignment's own. */
export const updateGradeColumn = operation({
  name: "grades.updateGradeColumn",
  summary: "Changes a column of a gradebook: its category, whether it counts, whether students see it.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    columnId: columnIdField,
    categoryId: categoryIdField.nullable().optional(),
    posted: z.boolean().optional().meta({ description: "Whether students see its marks." }),
    counts: z.boolean().optional().meta({ description: "Whether it is part of the total." }),
    title: titleField.optional(),
    pointsMax: pointsField.optional(),
  }),
  output: GradeColumn,
  policy: keepsGradebook,
  async handle({ input, tx, now, emit }) {
    const { courseId, columnId } = input;
    const column = (await loadBook(tx, courseId)).columns.find((each) => each.columnId === columnId);
    if (column === undefined) throw new Refusal("not_found", "This gradebook has no column with this id.");
    if (column.assignmentId !== null)
      for (const field of ["title", "pointsMax"] as const)
        if (input[field] !== undefined)
          throw invalidField(field, "This is the assignment's own: change it there.");
    if (input.categoryId !== undefined) await requireCategory(tx, courseId, input.categoryId);
    const { categoryId, posted, counts, title, pointsMax } = { ...column, ...definedOf(input) };
    const settings = {
      category_id: categoryId,
      posted: posted ? (1 as const) : (0 as const),
      counts: counts ? (1 as const) : (0 as const),
      title: column.assignmentId === null ? title.trim() : "",
      hundredths_max: column.assignmentId === null ? Math.round(pointsMax * 100) : 0,
    };
    await tx
      .insertInto("grade_columns")
      .values({
        id: columnId,
        course_id: courseId,
        assignment_id: column.assignmentId,
        created_at: now,
        ...settings,
      })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(settings))
      .execute();
    emit(columnUpdated, { columnId, courseId });
    const { columns } = await loadBook(tx, courseId);
    return present(
      columns.find((each) => each.columnId === columnId),
      "a column that was changed is still there",
    );
  },
});

/** The fields that were given. */
function definedOf<Input extends object>(
  input: Input,
): { [Key in keyof Input]: Exclude<Input[Key], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
}
