/** Groups: sets of them in a course, who is in which, and who was. */
import type { Migration } from "#engines/store/port.ts";

export const groups: Migration = {
  name: "courses/0004-groups",
  up: (schema) => [
    schema
      .createTable("group_sets")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("course_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("name_key", "text", (column) => column.notNull())
      .addColumn("size_max", "integer")
      .addColumn("sign_up", "integer", (column) => column.notNull())
      .addColumn("sign_up_until", "integer")
      .addColumn("removed_at", "integer")
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("updated_by", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema.createIndex("group_sets_by_course").on("group_sets").columns(["course_id", "id"]),
    schema
      .createTable("course_groups")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("group_set_id", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("name_key", "text", (column) => column.notNull())
      .addColumn("removed_at", "integer"),
    schema.createIndex("course_groups_by_set").on("course_groups").columns(["group_set_id", "id"]),
    // The key is the rule that somebody is in one group of a set at most.
    schema
      .createTable("group_members")
      .addColumn("group_set_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("group_id", "text", (column) => column.notNull())
      .addColumn("since", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("group_members_pk", ["group_set_id", "person_id"]),
    schema.createIndex("group_members_by_group").on("group_members").columns(["group_id", "person_id"]),
    schema.createIndex("group_members_by_person").on("group_members").columns(["person_id"]),
    schema
      .createTable("former_group_members")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("group_set_id", "text", (column) => column.notNull())
      .addColumn("group_id", "text", (column) => column.notNull())
      .addColumn("person_id", "text", (column) => column.notNull())
      .addColumn("since", "integer", (column) => column.notNull())
      .addColumn("until", "integer", (column) => column.notNull())
      .addColumn("ended_by", "text", (column) => column.notNull()),
    schema
      .createIndex("former_group_members_by_group")
      .on("former_group_members")
      .columns(["group_id", "id"]),
    schema.createIndex("former_group_members_by_person").on("former_group_members").columns(["person_id"]),
  ],
};
