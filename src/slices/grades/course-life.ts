/** Gradebooks in the life of a course: the scheme and its columns are copied, marks never; all of it goes with the course. */
import { dropRowsOfCourse } from "#kernel/drop-rows.ts";
import { dropImportsOfCourse } from "./grade-imports.ts";
import { courseLife, coursePart } from "./tables.ts";

const rowsPurgedAtOnce = 300;

const schemes = coursePart({
  choice: "assignments",
  read: ({ db, courseId }) =>
    db.selectFrom("grading_schemes").selectAll().where("course_id", "=", courseId).execute(),
  idOf: () => null,
  async write({ tx, now, by, courseId }, rows) {
    for (const row of rows)
      await tx
        .insertInto("grading_schemes")
        .values({ ...row, course_id: courseId, version: 1, updated_by: by, updated_at: now })
        .execute();
  },
});

const categories = coursePart({
  choice: "assignments",
  read: ({ db, courseId }) =>
    db
      .selectFrom("grade_categories")
      .selectAll()
      .where("course_id", "=", courseId)
      .orderBy("position")
      .execute(),
  idOf: (row) => row.id,
  async write({ tx, courseId, newIdOf }, rows) {
    for (const row of rows)
      await tx
        .insertInto("grade_categories")
        .values({ ...row, id: newIdOf(row.id), course_id: courseId })
        .execute();
  },
});

const columns = coursePart({
  choice: "assignments",
  read: ({ db, courseId }) =>
    db.selectFrom("grade_columns").selectAll().where("course_id", "=", courseId).orderBy("id").execute(),
  // A column of an assignment bears its id, which the assignments have given a new one.
  idOf: (row) => (row.assignment_id === null ? row.id : null),
  async write({ tx, now, courseId, newIdIfCopied }, rows) {
    for (const row of rows) {
      const id = newIdIfCopied(row.id);
      if (id === null) continue;
      await tx
        .insertInto("grade_columns")
        .values({
          ...row,
          id,
          course_id: courseId,
          assignment_id: row.assignment_id === null ? null : id,
          category_id: newIdIfCopied(row.category_id),
          created_at: now,
        })
        .execute();
    }
  },
});

export const gradesLife = courseLife({
  parts: [schemes, categories, columns],
  async purge({ tx, blobs }, courseId) {
    const tables = ["grade_cell_changes", "grade_columns", "grade_categories"] as const;
    if (await dropRowsOfCourse(tx, tables, courseId)) return true;
    if (await dropImportsOfCourse({ tx, blobs }, courseId)) return true;
    const cells = await tx
      .selectFrom("grade_cells")
      .select(["column_id", "student_id"])
      .where("course_id", "=", courseId)
      .limit(rowsPurgedAtOnce)
      .execute();
    for (const { column_id, student_id } of cells)
      await tx
        .deleteFrom("grade_cells")
        .where("column_id", "=", column_id)
        .where("student_id", "=", student_id)
        .execute();
    if (cells.length > 0) return true;
    await tx.deleteFrom("grading_schemes").where("course_id", "=", courseId).execute();
    return false;
  },
});
