/** Files of marks: their previews, and which changes came by them. */
import type { Migration } from "#engines/store/port.ts";

export const gradeImports: Migration = {
  name: "grades/0002-grade-imports",
  up: (schema) => [
    schema.alterTable("grade_cell_changes").addColumn("import_id", "text"),
    schema
      .createTable("grade_imports")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("problem", "text")
      .addColumn("ignored_columns", "text", (column) => column.notNull())
      .addColumn("exported_at", "integer")
      .addColumn("lines_read", "integer", (column) => column.notNull())
      .addColumn("cells_same", "integer", (column) => column.notNull())
      .addColumn("changes", "integer", (column) => column.notNull())
      .addColumn("conflicts", "integer", (column) => column.notNull())
      .addColumn("newer", "integer", (column) => column.notNull())
      .addColumn("invalid", "integer", (column) => column.notNull())
      .addColumn("skipped", "integer", (column) => column.notNull())
      .addColumn("chosen", "integer", (column) => column.notNull())
      .addColumn("default_choice", "text")
      .addColumn("applied_to", "integer", (column) => column.notNull())
      .addColumn("applied", "integer", (column) => column.notNull())
      .addColumn("made_by", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addColumn("applied_by", "text")
      .addColumn("ended_at", "integer"),
    schema.createIndex("grade_imports_by_course").on("grade_imports").columns(["course_id", "id"]),
    schema.createIndex("grade_imports_by_time").on("grade_imports").columns(["made_at", "id"]),
    schema
      .createTable("grade_import_cells")
      .addColumn("import_id", "text", (column) => column.notNull())
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("line", "integer", (column) => column.notNull())
      .addColumn("column_id", "text", (column) => column.notNull())
      .addColumn("student_id", "text", (column) => column.notNull())
      .addColumn("student_label", "text", (column) => column.notNull())
      .addColumn("column_label", "text", (column) => column.notNull())
      .addColumn("outcome", "text", (column) => column.notNull())
      .addColumn("file_text", "text", (column) => column.notNull())
      .addColumn("hundredths", "integer")
      .addColumn("excused", "integer", (column) => column.notNull())
      .addColumn("here_hundredths", "integer")
      .addColumn("here_excused", "integer", (column) => column.notNull())
      .addColumn("here_version", "integer", (column) => column.notNull())
      .addColumn("here_by", "text")
      .addColumn("here_at", "integer")
      .addColumn("choice", "text")
      .addColumn("reason", "text")
      .addColumn("skipped", "text")
      .addPrimaryKeyConstraint("grade_import_cells_pk", ["import_id", "position"]),
    schema
      .createIndex("grade_import_cells_by_outcome")
      .on("grade_import_cells")
      .columns(["import_id", "outcome", "position"]),
    schema.createIndex("grade_import_cells_by_student").on("grade_import_cells").columns(["student_id"]),
    schema
      .createIndex("grade_import_cells_by_course")
      .on("grade_import_cells")
      .columns(["course_id", "import_id"]),
  ],
};
