/** What the courses slice itself holds of a course: how its outline and announcements are copied, and how all of it goes. */
import type { Kysely } from "kysely";
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import type { CoursesTables } from "./tables.ts";

const sectionRows = coursePartFor<CoursesTables>()({
  choice: "outline",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db.selectFrom("course_sections").selectAll().where("course_id", "=", courseId).orderBy("id").execute(),
  idOf: (row) => row.id,
  async write({ tx, courseId, by, now, newIdOf }, rows) {
    for (const row of rows)
      await tx
        .insertInto("course_sections")
        .values({
          ...row,
          id: newIdOf(row.id),
          course_id: courseId,
          version: 1,
          updated_by: by,
          updated_at: now,
        })
        .execute();
  },
});

const moduleRows = coursePartFor<CoursesTables>()({
  choice: "outline",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db
      .selectFrom("course_modules")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .orderBy("id")
      .execute(),
  idOf: (row) => row.id,
  async write({ tx, courseId, by, now, newIdOf, newIdIfCopied, relinked }, rows) {
    for (const row of rows)
      await tx
        .insertInto("course_modules")
        .values({
          ...row,
          id: newIdOf(row.id),
          course_id: courseId,
          section_id: newIdIfCopied(row.section_id),
          summary: relinked(row.summary),
          version: 1,
          updated_by: by,
          updated_at: now,
        })
        .execute();
  },
});

const announcementRows = coursePartFor<CoursesTables>()({
  choice: "announcements",
  rowsEach: 1,
  read: ({ db, courseId }) =>
    db
      .selectFrom("announcements")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .orderBy("id")
      .execute(),
  idOf: (row) => row.id,
  async write({ tx, courseId, by, now, newIdOf, relinked }, rows) {
    for (const row of rows)
      await tx
        .insertInto("announcements")
        .values({
          ...row,
          id: newIdOf(row.id),
          course_id: courseId,
          body: relinked(row.body),
          posted_by: by,
          posted_at: now,
        })
        .execute();
  },
});

const purgedAtOnce = 300;

export const coursesLife = courseLifeFor<CoursesTables>()({
  parts: [sectionRows, moduleRows, announcementRows],
  async purge({ tx }, courseId) {
    if (await purgeGroups(tx, courseId)) return true;
    for (const table of ["announcements", "course_modules", "course_sections", "enrolments"] as const) {
      const rows = await tx
        .selectFrom(table)
        .select("id")
        .where("course_id", "=", courseId)
        .limit(purgedAtOnce)
        .execute();
      if (rows.length === 0) continue;
      const ids = rows.map(({ id }) => id);
      await tx.deleteFrom(table).where("id", "in", ids).execute();
      return true;
    }
    return false;
  },
});

/** The members of the groups of a course, then the groups, then their sets; whether there is more. */
async function purgeGroups(tx: Kysely<CoursesTables>, courseId: string): Promise<boolean> {
  const groups = await tx
    .selectFrom("group_sets")
    .innerJoin("course_groups", "course_groups.group_set_id", "group_sets.id")
    .select("course_groups.id as id")
    .where("group_sets.course_id", "=", courseId)
    .limit(purgedAtOnce)
    .execute();
  for (const { id } of groups) {
    for (const table of ["group_members", "former_group_members"] as const) {
      const people = await tx
        .selectFrom(table)
        .select("person_id")
        .where("group_id", "=", id)
        .limit(purgedAtOnce)
        .execute();
      if (people.length === 0) continue;
      const ids = people.map(({ person_id }) => person_id);
      await tx.deleteFrom(table).where("group_id", "=", id).where("person_id", "in", ids).execute();
      return true;
    }
  }
  if (groups.length > 0) {
    const ids = groups.map(({ id }) => id);
    await tx.deleteFrom("course_groups").where("id", "in", ids).execute();
    return true;
  }
  await tx.deleteFrom("group_sets").where("course_id", "=", courseId).execute();
  return false;
}
