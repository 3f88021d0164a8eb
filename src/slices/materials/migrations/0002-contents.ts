/**
 * Contents in modules, of several kinds: links and pages beside files, with their past revisions, release rules,
 * captions, and what each person has read.
 */
import type { Migration } from "#engines/store/port.ts";

export const contents: Migration = {
  name: "materials/0002-contents",
  up: (schema) => [
    schema.alterTable("materials").addColumn("kind", "text", (column) => column.notNull().defaultTo("file")),
    schema.alterTable("materials").addColumn("url", "text", (column) => column.notNull().defaultTo("")),
    schema.alterTable("materials").addColumn("module_id", "text", (column) => column.notNull().defaultTo("")),
    schema
      .alterTable("materials")
      .addColumn("revision", "integer", (column) => column.notNull().defaultTo(1)),
    schema
      .alterTable("materials")
      .addColumn("revision_note", "text", (column) => column.notNull().defaultTo("")),
    schema.alterTable("materials").addColumn("revised_by", "text"),
    schema.alterTable("materials").addColumn("revised_at", "integer"),
    schema.alterTable("materials").addColumn("publish_at", "integer"),
    schema.alterTable("materials").addColumn("available_from", "integer"),
    schema.alterTable("materials").addColumn("available_until", "integer"),
    schema.alterTable("materials").addColumn("release_due_at", "integer"),
    schema.alterTable("materials").addColumn("released_at", "integer"),
    schema
      .createIndex("materials_by_module")
      .on("materials")
      .columns(["course_id", "module_id", "place", "id"]),
    schema.createIndex("materials_by_release_due").on("materials").columns(["release_due_at", "id"]),
    schema.dropIndex("materials_by_course"),

    schema
      .createTable("material_revisions")
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("url", "text", (column) => column.notNull())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("media_type", "text", (column) => column.notNull())
      .addColumn("bytes", "integer", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("pages", "integer")
      .addColumn("note", "text", (column) => column.notNull())
      .addColumn("made_by", "text", (column) => column.notNull())
      .addColumn("made_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("material_revisions_pk", ["material_id", "revision"]),
    schema
      .createTable("material_page_texts")
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("material_page_texts_pk", ["material_id", "revision"]),
    schema
      .createTable("material_page_drafts")
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("saved_at", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("material_page_drafts_pk", ["material_id", "person_id"]),
    schema
      .createTable("material_page_images")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("media_type", "text", (column) => column.notNull())
      .addColumn("bytes", "integer", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull()),
    schema
      .createIndex("material_page_images_by_material")
      .on("material_page_images")
      .columns(["material_id", "id"]),
    schema
      .createTable("material_captions")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("language", "text", (column) => column.notNull())
      .addColumn("label", "text", (column) => column.notNull())
      .addColumn("file_name", "text", (column) => column.notNull())
      .addColumn("bytes", "integer", (column) => column.notNull())
      .addColumn("sha256", "text", (column) => column.notNull())
      .addColumn("created_by", "text", (column) => column.notNull())
      .addColumn("created_at", "integer", (column) => column.notNull()),
    schema
      .createIndex("material_captions_by_material")
      .on("material_captions")
      .columns(["material_id", "id"]),

    schema
      .createTable("material_prerequisites")
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("required_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("material_prerequisites_pk", ["material_id", "kind", "required_id"]),
    schema
      .createIndex("material_prerequisites_by_course")
      .on("material_prerequisites")
      .columns(["course_id", "material_id"]),
    schema
      .createTable("material_groups")
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("group_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("material_groups_pk", ["material_id", "group_id"]),
    schema
      .createIndex("material_groups_by_course")
      .on("material_groups")
      .columns(["course_id", "material_id"]),
    schema
      .createTable("course_assignments")
      .addColumn("assignment_id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("published", "integer", (column) => column.notNull())
      .addColumn("placed", "integer", (column) => column.notNull())
      .addColumn("module_id", "text", (column) => column.notNull())
      .addColumn("place", "integer", (column) => column.notNull()),
    schema
      .createIndex("course_assignments_by_module")
      .on("course_assignments")
      .columns(["course_id", "module_id", "place", "assignment_id"]),
    schema
      .createTable("assignments_handed_in")
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("assignment_id", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("assignments_handed_in_pk", ["person_id", "course_id", "assignment_id"]),
    schema
      .createIndex("assignments_handed_in_by_assignment")
      .on("assignments_handed_in")
      .columns(["course_id", "assignment_id"]),

    schema
      .createTable("material_readings")
      .addColumn("material_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("revision", "integer", (column) => column.notNull())
      .addColumn("place", "integer")
      .addColumn("opened_at", "integer", (column) => column.notNull())
      .addColumn("read_at", "integer")
      .addPrimaryKeyConstraint("material_readings_pk", ["material_id", "person_id"]),
    schema
      .createIndex("material_readings_by_person")
      .on("material_readings")
      .columns(["person_id", "course_id", "opened_at"]),
    schema
      .createIndex("material_readings_by_course")
      .on("material_readings")
      .columns(["course_id", "person_id"]),
  ],
};
