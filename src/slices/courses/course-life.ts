/** What the courses slice itself holds of a course: how its outline and announcements are copied, and how all of it goes. */
import type { Kysely } from "kysely";
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import { dropRowsOfCourse } from "#kernel/drop-rows.ts";
import type { HeldBlobs } from "#kernel/held-blobs.ts";
import type { Step } from "#kernel/step.ts";
import { dropFiles, fileBytes, holderOfFile } from "./announcement-files.ts";
import { dropRosterRows } from "./read-roster.ts";
import { holderOfRoster } from "./rosters.ts";
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
  dates: ({ posted, title, posted_at: at }) => (posted === 0 ? [{ title, field: "publish_at", at }] : []),
  async write({ tx, courseId, by, now, newIdOf, relinked, shift }, rows) {
    for (const row of rows)
      await tx
        .insertInto("announcements")
        .values({
          ...row,
          id: newIdOf(row.id),
          course_id: courseId,
          body: relinked(row.body),
          posted_by: by,
          // What waits for its time in the old course waits in the new one.
          posted_at: row.posted === 1 ? now : shift(row.posted_at),
          edited_at: null,
          version: 1,
          updated_by: by,
          updated_at: now,
        })
        .execute();
  },
});

const announcementFileRows = coursePartFor<CoursesTables>()({
  choice: "announcements",
  read: ({ db, courseId }) =>
    db
      .selectFrom("announcement_files")
      .innerJoin("announcements", "announcements.id", "announcement_files.announcement_id")
      .selectAll("announcement_files")
      .where("announcements.course_id", "=", courseId)
      .where("announcements.removed_at", "is", null)
      .orderBy("announcement_files.id")
      .execute(),
  idOf: (row) => row.id,
  async write({ tx, courseId, by, now, newIdOf, newIdIfCopied, blobs }, rows) {
    for (const row of rows) {
      const id = newIdOf(row.id);
      await blobs.hold(row, holderOfFile(id));
      await tx
        .insertInto("announcement_files")
        .values({
          ...row,
          id,
          course_id: courseId,
          announcement_id: newIdIfCopied(row.announcement_id),
          added_by: by,
          added_at: now,
        })
        .execute();
    }
  },
});

const purgedAtOnce = 300;
const filesAtOnce = 100;

export const coursesLife = courseLifeFor<CoursesTables>()({
  parts: [sectionRows, moduleRows, announcementRows, announcementFileRows],
  async bytes(db, courseIds) {
    const bytes = await fileBytes(db, courseIds);
    return new Map([...bytes].map(([id, taught]) => [id, { taught, handedIn: 0 }]));
  },
  async purge(step, courseId) {
    const { tx } = step;
    if (await purgeGroups(tx, courseId)) return true;
    if (await purgeAroundAnnouncements(step, courseId)) return true;
    if (await purgeRosters(step, courseId)) return true;
    const tables = [
      "announcements",
      "course_modules",
      "course_sections",
      "course_links",
      "enrolments",
    ] as const;
    return dropRowsOfCourse(tx, tables, courseId);
  },
});

/** The files of a course's announcements, then who has read which; whether there is more. */
async function purgeAroundAnnouncements(
  { tx, blobs }: { readonly tx: Kysely<CoursesTables>; readonly blobs: HeldBlobs },
  courseId: string,
): Promise<boolean> {
  const files = await tx
    .selectFrom("announcement_files")
    .select(["id", "sha256"])
    .where("course_id", "=", courseId)
    .limit(filesAtOnce)
    .execute();
  await dropFiles({ tx, blobs }, files);
  if (files.length > 0) return true;
  const read = await tx
    .selectFrom("announcement_reads")
    .select(["announcement_id", "person_id"])
    .where("course_id", "=", courseId)
    .orderBy("announcement_id")
    .limit(purgedAtOnce)
    .execute();
  const [first] = read;
  if (first === undefined) return false;
  const people = read.filter((row) => row.announcement_id === first.announcement_id);
  await tx
    .deleteFrom("announcement_reads")
    .where("announcement_id", "=", first.announcement_id)
    .where(
      "person_id",
      "in",
      people.map(({ person_id }) => person_id),
    )
    .execute();
  return true;
}

/** The imports of a course's members with their lines and files, then what they said; whether there is more. */
async function purgeRosters({ tx, blobs }: Step<CoursesTables>, courseId: string): Promise<boolean> {
  const roster = await tx
    .selectFrom("roster_imports")
    .select(["id", "state", "sha256"])
    .where("course_id", "=", courseId)
    .limit(1)
    .executeTakeFirst();
  if (roster !== undefined) {
    if (await dropRosterRows(tx, roster.id)) return true;
    if (roster.state === "reading") await blobs.release(roster.sha256, holderOfRoster(roster.id));
    await tx.deleteFrom("roster_imports").where("id", "=", roster.id).execute();
    return true;
  }
  const said = await tx
    .selectFrom("course_roster")
    .select("person_id")
    .where("course_id", "=", courseId)
    .limit(purgedAtOnce)
    .execute();
  if (said.length === 0) return false;
  const ids = said.map(({ person_id }) => person_id);
  await tx
    .deleteFrom("course_roster")
    .where("course_id", "=", courseId)
    .where("person_id", "in", ids)
    .execute();
  return true;
}

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
