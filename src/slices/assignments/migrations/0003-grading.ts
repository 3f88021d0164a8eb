/** Rubrics, marks kept apart, the history of grades, their releases, appeals, files given back, and comments to reuse. */
import type { AlterTableBuilder, ColumnDefinitionBuilder, SchemaModule } from "kysely";
import type { Migration } from "#engines/store/port.ts";

type Definition = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
const required: Definition = (column) => column.notNull();
const key: Definition = (column) => column.notNull().primaryKey();

export const grading: Migration = {
  name: "assignments/0003-grading",
  up: (schema) => [
    ...rubrics(schema),
    ...settings(schema),
    ...grades(schema),
    ...appeals(schema),
    ...keptByGraders(schema),
  ],
};

function rubrics(schema: SchemaModule) {
  return [
    schema
      .createTable("rubrics")
      .addColumn("assignment_id", "text", required)
      .addColumn("version", "integer", required)
      .addColumn("course_id", "text", required)
      .addColumn("criteria", "text", required)
      .addColumn("points_max_hundredths", "integer", required)
      .addColumn("state", "text", required)
      .addColumn("marks", "integer", required)
      .addColumn("marks_done", "integer", required)
      .addColumn("made_by", "text", required)
      .addColumn("made_at", "integer", required)
      .addColumn("applied_at", "integer")
      .addPrimaryKeyConstraint("rubrics_pk", ["assignment_id", "version"]),
  ];
}

function settings(schema: SchemaModule) {
  return [
    schema
      .createTable("assignment_grading")
      .addColumn("assignment_id", "text", key)
      .addColumn("course_id", "text", required)
      .addColumn("marking", "text", required)
      .addColumn("appeal_days", "integer")
      .addColumn("pseudonym_key", "text")
      .addColumn("names_shown_at", "integer")
      .addColumn("names_shown_by", "text")
      .addColumn("names_shown_reason", "text")
      .addColumn("version", "integer", required)
      .addColumn("updated_by", "text", required)
      .addColumn("updated_at", "integer", required),
    schema
      .createTable("assignment_markers")
      .addColumn("assignment_id", "text", required)
      .addColumn("place", "text", required)
      .addColumn("marker_id", "text", required)
      .addPrimaryKeyConstraint("assignment_markers_pk", ["assignment_id", "place", "marker_id"]),
    schema
      .createTable("marks")
      .addColumn("submission_id", "text", required)
      .addColumn("place", "text", required)
      .addColumn("assignment_id", "text", required)
      .addColumn("course_id", "text", required)
      .addColumn("marker_id", "text", required)
      .addColumn("attempt", "integer", required)
      .addColumn("points_hundredths", "integer", required)
      .addColumn("levels", "text")
      .addColumn("rubric_version", "integer")
      .addColumn("feedback", "text", required)
      .addColumn("marked_at", "integer", required)
      .addPrimaryKeyConstraint("marks_pk", ["submission_id", "place"]),
    schema
      .createIndex("marks_by_assignment")
      .on("marks")
      .columns(["assignment_id", "submission_id", "place"]),
  ];
}

function grades(schema: SchemaModule) {
  const column = (name: string, type: "text" | "integer", define: Definition = (each) => each) =>
    (schema.alterTable("grades") as AlterTableBuilder).addColumn(name, type, define);
  return [
    // Without it, the points are as the grader gave them.
    column("raw_hundredths", "integer"),
    column("late_percent", "integer", (each) => each.notNull().defaultTo(0)),
    column("late_due_at", "integer"),
    column("levels", "text"),
    column("rubric_version", "integer"),
    column("release_id", "text"),
    schema
      .createIndex("grades_by_release")
      .on("grades")
      .columns(["release_id", "submission_id", "student_id"]),
    schema
      .createTable("grade_changes")
      .addColumn("id", "text", key)
      .addColumn("submission_id", "text", required)
      .addColumn("student_id", "text", required)
      .addColumn("assignment_id", "text", required)
      .addColumn("course_id", "text", required)
      .addColumn("kind", "text", required)
      .addColumn("attempt", "integer", required)
      .addColumn("from_hundredths", "integer")
      .addColumn("to_hundredths", "integer", required)
      .addColumn("raw_hundredths", "integer", required)
      .addColumn("late_percent", "integer", required)
      .addColumn("levels", "text")
      .addColumn("rubric_version", "integer")
      .addColumn("feedback", "text", required)
      .addColumn("reason", "text", required)
      .addColumn("changed_by", "text", required)
      .addColumn("changed_at", "integer", required),
    schema
      .createIndex("grade_changes_by_grade")
      .on("grade_changes")
      .columns(["submission_id", "student_id", "id"]),
    schema
      .createTable("grade_releases")
      .addColumn("id", "text", key)
      .addColumn("assignment_id", "text", required)
      .addColumn("course_id", "text", required)
      .addColumn("kind", "text", required)
      .addColumn("undoes", "text")
      .addColumn("chosen", "text")
      .addColumn("reason", "text", required)
      .addColumn("total", "integer", required)
      .addColumn("done", "integer", required)
      .addColumn("finished_at", "integer")
      .addColumn("made_by", "text", required)
      .addColumn("made_at", "integer", required),
    schema.createIndex("grade_releases_by_assignment").on("grade_releases").columns(["assignment_id", "id"]),
  ];
}

function appeals(schema: SchemaModule) {
  return [
    schema
      .createTable("appeals")
      .addColumn("id", "text", key)
      .addColumn("submission_id", "text", required)
      .addColumn("student_id", "text", required)
      .addColumn("assignment_id", "text", required)
      .addColumn("course_id", "text", required)
      .addColumn("released_at", "integer", required)
      .addColumn("points_hundredths", "integer", required)
      .addColumn("reason", "text", required)
      .addColumn("state", "text", required)
      .addColumn("outcome", "text")
      .addColumn("answer", "text", required)
      .addColumn("opened_at", "integer", required)
      .addColumn("answered_by", "text")
      .addColumn("answered_at", "integer")
      .addColumn("reopened", "integer", required)
      .addColumn("version", "integer", required)
      .addColumn("updated_by", "text", required)
      .addColumn("updated_at", "integer", required),
    schema.createIndex("appeals_by_grade").on("appeals").columns(["submission_id", "student_id", "id"]),
    schema.createIndex("appeals_by_assignment").on("appeals").columns(["assignment_id", "state", "id"]),
  ];
}

function keptByGraders(schema: SchemaModule) {
  return [
    schema
      .createTable("feedback_files")
      .addColumn("id", "text", key)
      .addColumn("submission_id", "text", required)
      .addColumn("assignment_id", "text", required)
      .addColumn("course_id", "text", required)
      .addColumn("file_name", "text", required)
      .addColumn("media_type", "text", required)
      .addColumn("bytes", "integer", required)
      .addColumn("sha256", "text", required)
      .addColumn("added_by", "text", required)
      .addColumn("added_at", "integer", required),
    schema.createIndex("feedback_files_by_submission").on("feedback_files").columns(["submission_id", "id"]),
    schema
      .createTable("grading_comments")
      .addColumn("id", "text", key)
      .addColumn("owner_id", "text", required)
      .addColumn("text", "text", required)
      .addColumn("created_at", "integer", required),
    schema.createIndex("grading_comments_by_owner").on("grading_comments").columns(["owner_id", "id"]),
  ];
}
