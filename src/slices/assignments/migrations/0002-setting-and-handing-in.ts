/**
 * What an assignment asks for beyond a due date, and handing in by drafts: dates, late policy, what is taken, work of
 * groups, attachments, extensions, drafts, and attempts of several files or a text.
 */
import {
  type AlterTableBuilder,
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type SchemaModule,
  sql,
} from "kysely";
import type { Migration } from "#engines/store/port.ts";

export const settingAndHandingIn: Migration = {
  name: "assignments/0002-setting-and-handing-in",
  up: (schema) => [
    ...settings(schema),
    ...attachments(schema),
    ...extensions(schema),
    ...drafts(schema),
    ...work(schema),
  ],
};

type Definition = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;
const required: Definition = (column) => column.notNull();
const filled =
  (value: string | number): Definition =>
  (column) =>
    column.notNull().defaultTo(value);

/** SQLite adds one column at a time. */
function add(schema: SchemaModule, table: string) {
  return (name: string, type: "text" | "integer", define: Definition = (column) => column) =>
    (schema.alterTable(table) as AlterTableBuilder).addColumn(name, type, define);
}

/** The defaults are what held for every assignment before: one file of any kind, taken at any time, of one student. */
function settings(schema: SchemaModule) {
  const column = add(schema, "assignments");
  return [
    column("available_from", "integer"),
    column("until_at", "integer"),
    column("late_policy", "text", filled("none")),
    column("late_percent", "integer", filled(0)),
    column("late_floor_percent", "integer", filled(0)),
    column("accepted_kinds", "text", filled("[]")),
    column("accepted_endings", "text", filled("[]")),
    column("file_bytes_max", "integer", filled(2 * 1024 ** 3)),
    column("files_max", "integer", filled(1)),
    column("accepts_text", "integer", filled(0)),
    column("attempts_max", "integer"),
    column("resubmission", "text", filled("until_graded")),
    column("withdrawal", "text", filled("until_graded")),
    column("group_set_id", "text"),
    column("anonymous", "integer", filled(0)),
  ];
}

function attachments(schema: SchemaModule) {
  return [
    schema
      .createTable("assignment_attachments")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", required)
      .addColumn("assignment_id", "text", required)
      .addColumn("version", "integer", required)
      .addColumn("removed_at", "integer"),
    schema
      .createIndex("assignment_attachments_by_assignment")
      .on("assignment_attachments")
      .columns(["assignment_id", "id"]),
    fileColumns(
      schema.createTable("assignment_attachment_versions").addColumn("attachment_id", "text", required),
    )
      .addColumn("version", "integer", required)
      .addColumn("added_by", "text", required)
      .addColumn("added_at", "integer", required)
      .addPrimaryKeyConstraint("assignment_attachment_versions_pk", ["attachment_id", "version"]),
  ];
}

function extensions(schema: SchemaModule) {
  return [
    schema
      .createTable("assignment_extensions")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", required)
      .addColumn("assignment_id", "text", required)
      .addColumn("owner_key", "text", required)
      .addColumn("due_at", "integer")
      .addColumn("until_at", "integer")
      .addColumn("extra_attempts", "integer", required)
      .addColumn("reason", "text", required)
      .addColumn("version", "integer", required)
      .addColumn("updated_by", "text", required)
      .addColumn("updated_at", "integer", required),
    schema
      .createIndex("assignment_extensions_by_owner")
      .unique()
      .on("assignment_extensions")
      .columns(["assignment_id", "owner_key"]),
  ];
}

function drafts(schema: SchemaModule) {
  return [
    schema
      .createTable("submission_drafts")
      .addColumn("assignment_id", "text", required)
      .addColumn("owner_key", "text", required)
      .addColumn("course_id", "text", required)
      .addColumn("text", "text", required)
      .addColumn("version", "integer", required)
      .addColumn("updated_by", "text", required)
      .addColumn("updated_at", "integer", required)
      .addPrimaryKeyConstraint("submission_drafts_pk", ["assignment_id", "owner_key"]),
    fileColumns(
      schema
        .createTable("submission_draft_files")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("assignment_id", "text", required)
        .addColumn("owner_key", "text", required),
    )
      .addColumn("added_by", "text", required)
      .addColumn("added_at", "integer", required),
    schema
      .createIndex("submission_draft_files_by_draft")
      .on("submission_draft_files")
      .columns(["assignment_id", "owner_key", "id"]),
  ];
}

/** One submission for a student, or for a group where groups hand in; the attempt's own columns hold its first file. */
function work(schema: SchemaModule) {
  const submission = add(schema, "submissions");
  const attempt = add(schema, "submission_attempts");
  const groupId = sql.ref("group_id");
  return [
    submission("group_id", "text"),
    submission("withdrawn_at", "integer"),
    schema.dropIndex("submissions_by_student"),
    schema
      .createIndex("submissions_by_one_student")
      .unique()
      .on("submissions")
      .columns(["assignment_id", "student_id"])
      .where(groupId, "is", null),
    schema
      .createIndex("submissions_by_group")
      .unique()
      .on("submissions")
      .columns(["assignment_id", "group_id"])
      .where(groupId, "is not", null),
    attempt("handed_in_by", "text"),
    attempt("text_answer", "text"),
    attempt("text_sha256", "text"),
    attempt("receipt_text", "text"),
    attempt("withdrawn_at", "integer"),
    fileColumns(
      schema
        .createTable("submission_files")
        .addColumn("submission_id", "text", required)
        .addColumn("attempt", "integer", required)
        .addColumn("place", "integer", required),
    ).addPrimaryKeyConstraint("submission_files_pk", ["submission_id", "attempt", "place"]),
    schema
      .createTable("submission_members")
      .addColumn("submission_id", "text", required)
      .addColumn("attempt", "integer", required)
      .addColumn("student_id", "text", required)
      .addColumn("assignment_id", "text", required)
      .addPrimaryKeyConstraint("submission_members_pk", ["submission_id", "attempt", "student_id"]),
    schema
      .createIndex("submission_members_by_student")
      .on("submission_members")
      .columns(["assignment_id", "student_id", "submission_id"]),
  ];
}

function fileColumns<Table extends string, Columns extends string>(
  table: CreateTableBuilder<Table, Columns>,
) {
  return table
    .addColumn("file_name", "text", required)
    .addColumn("media_type", "text", required)
    .addColumn("bytes", "integer", required)
    .addColumn("sha256", "text", required);
}
