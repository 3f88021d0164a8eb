/** How a course comes to its totals, and what was set in its gradebook. */
import type { Migration } from "#engines/store/port.ts";

export const grades: Migration = {
  name: "grades/0001-grades",
  up: (schema) => [
    schema
      .createTable("grading_schemes")
      .addColumn("course_id", "text", (column) => column.notNull().primaryKey())
      .addColumn("method", "text", (column) => column.notNull())
      .addColumn("missing", "text", (column) => column.notNull())
      .addColumn("letters", "text", (column) => column.notNull())
      .addColumn("shows_total", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema
      .createTable("grade_categories")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("weight", "integer", (column) => column.notNull())
      .addColumn("drop_lowest", "integer", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull()),
    schema
      .createIndex("grade_categories_by_course")
      .on("grade_categories")
      .columns(["course_id", "position"]),
    schema
      .createTable("grade_columns")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("assignment_id", "text")
      .addColumn("category_id", "text")
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("hundredths_max", "integer", (column) => column.notNull())
      .addColumn("posted", "integer", (column) => column.notNull())
      .addColumn("counts", "integer", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull()),
    schema.createIndex("grade_columns_by_course").on("grade_columns").columns(["course_id", "id"]),
    schema
      .createTable("grade_cells")
      .addColumn("column_id", "text", (column) => column.notNull())
      .addColumn("student_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("hundredths", "integer")
      .addColumn("excused", "integer", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("grade_cells_key", ["column_id", "student_id"]),
    schema.createIndex("grade_cells_by_student").on("grade_cells").columns(["course_id", "student_id"]),
    schema
      .createTable("grade_cell_changes")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("column_id", "text", (column) => column.notNull())
      .addColumn("student_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("hundredths_before", "integer")
      .addColumn("hundredths_after", "integer")
      .addColumn("excused_before", "integer", (column) => column.notNull())
      .addColumn("excused_after", "integer", (column) => column.notNull())
      .addColumn("reason", "text", (column) => column.notNull())
      .addColumn("changed_by", "text", (column) => column.notNull())
      .addColumn("changed_at", "integer", (column) => column.notNull()),
    schema
      .createIndex("grade_cell_changes_by_cell")
      .on("grade_cell_changes")
      .columns(["column_id", "student_id", "id"]),
    schema.createIndex("grade_cell_changes_by_course").on("grade_cell_changes").columns(["course_id"]),
  ],
};
