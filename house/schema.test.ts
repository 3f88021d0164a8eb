/** The data map: every table belongs to exactly one slice or the kernel, and every personal column is named. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { slices } from "#app/slices.ts";
import { ManualClock } from "#base/clock.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { kernelMigrations, kernelTables } from "#kernel/tables.ts";

/** Columns that sound like a person: if one is not marked as personal, somebody must say here why not. */
const soundsPersonal =
  /(^|_)(name|email|address|agent|device|phone|birth|note|body|feedback|title|instructions|place|join_code)(_|$)/;
const notPersonal: Readonly<Record<string, string>> = {
  "school.name": "the school's own name",
  "sessions.is_new_device": "yes or no",
  "sign_in_challenges.device_id": "an id, gone after ten minutes",
  "assignment_markers.place": "first or second marker",
  "marks.place": "first or second marker",
  "followers.name": "the name of a follower",
  "jobs.name": "the name of a kind of job",
  "courses.title": "what a course is called",
  "grade_imports.file_name": "a course's file of marks",
  "terms.name": "what a term is called",
  "terms.name_key": "what a term is called",
  "course_sections.title": "course content",
  "course_modules.title": "course content",
  "courses.join_code": "a course's code, no person's",
  "courses.join_code_off": "whether a course's code is off",
  "course_roster.group_name": "what a group is called",
  "roster_import_rows.group_name": "what a group is called",
  "calendar_events.title": "course content",
  "calendar_events.place": "where a course takes place",
  "calendar_events.note": "course content",
  "group_sets.name": "what groups are called",
  "group_sets.name_key": "what groups are called",
  "course_groups.name": "what a group is called",
  "course_groups.name_key": "what a group is called",
  "materials.title": "course content",
  "materials.place": "its place in the contents",
  "materials.file_name": "course content",
  "materials.revision_note": "course content",
  "material_revisions.file_name": "course content",
  "material_revisions.note": "course content",
  "material_page_images.file_name": "course content",
  "material_captions.file_name": "course content",
  "course_assignments.place": "its place in the contents",
  "assignments.title": "course content",
  "grade_categories.title": "course content",
  "grade_columns.title": "course content",
  "assignments.instructions": "course content",
  "assignment_attachment_versions.file_name": "course content",
  "submission_files.place": "its place among the files of an attempt",
};

test("every table and personal column is on the data map", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-schema-"));
  try {
    const store = await openSqliteStore({ folder, clock: new ManualClock() });
    await store.migrate([...kernelMigrations, ...slices.flatMap((slice) => slice.migrations)]);
    const copy = join(folder, "copy.db");
    await store.snapshotTo(copy);
    await store.close();
    const database = new DatabaseSync(copy, { readOnly: true });
    const names = database
      .prepare(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '\\_%' escape '\\'",
      )
      .all()
      .map((row) => String(row.name))
      .sort();
    const map = Object.assign(
      {},
      kernelTables,
      ...slices.map((slice) => slice.tables),
    ) as typeof kernelTables;
    assert.deepEqual(names, Object.keys(map).sort(), "list each table under `tables` in its slice.ts");

    const problems: string[] = [];
    for (const table of names) {
      const columns = database
        .prepare(`select name from pragma_table_info('${table}')`)
        .all()
        .map((row) => String(row.name));
      const personal = map[table]?.personal ?? [];
      for (const column of personal)
        if (!columns.includes(column)) problems.push(`${table}.${column} is marked but not there`);
      for (const column of columns)
        if (
          soundsPersonal.test(column) &&
          !personal.includes(column) &&
          notPersonal[`${table}.${column}`] === undefined
        )
          problems.push(
            `${table}.${column} sounds personal: mark it in slice.ts, or say in this test why it is not`,
          );
    }
    assert.deepEqual(problems, []);
    database.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
