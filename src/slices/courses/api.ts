/** What other slices and the composition root may use of courses; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import type { TaughtCourse } from "#slices/identity/api.ts";
import { courseNameOf, timed } from "./courses.ts";
import { foldKey } from "./keys.ts";
import { belongs, roleInScope, standingInLife, standingOf } from "./policy.ts";
import type { CourseName, CourseRole } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";

export {
  type AttendedCourse,
  announcementsBetween,
  attendedCourses,
  coursesStudiedBy,
  type DatedAnnouncement,
} from "./attended.ts";
export { audienceOfCourse, audienceOfPerson, audienceOfStaff, standingsIn } from "./audiences.ts";
export { announcementPosted, courseCopied, courseDeleted, enrolmentStarted } from "./events.ts";
export { GroupName } from "./group-schema.ts";
export {
  type GroupFacts,
  type GroupOfPerson,
  groupIn,
  groupNamesOf,
  groupSetById,
  groupsByIds,
  groupsOfPerson,
  groupsOfPersonAnywhere,
  membersBySet,
  membersOfGroup,
  membersOfGroups,
} from "./groups-of-people.ts";
export { indexedAnnouncements, indexedCourses } from "./indexed.ts";
export { cleanLine } from "./keys.ts";
export { type ModulePlace, moduleOf, outlineOf } from "./outline.ts";
export {
  belongs,
  belongsToCourse,
  decide,
  denyOutside,
  loadStanding,
  manages,
  managesCourse,
  type Standing,
  studies,
  teaches,
  teachesCourse,
} from "./policy.ts";
export {
  CourseModule,
  CourseName,
  CourseOutline,
  CourseRole,
  courseIdField,
  idField,
  PersonName,
  versionField,
} from "./schema.ts";
export { requireCourseRoom, requireRoom } from "./storage.ts";
export {
  enrolmentIn,
  roleOf,
  rolesIn,
  studentIdsOf,
  studentsAfter,
  studentsQuery,
  studentsSince,
  studiesAtPresent,
} from "./students.ts";
export { changedBy, requireVersion, type Versioned } from "./versions.ts";

/** The course of this code and term, however they are spelt; null when there is none. */
export async function courseIdByCode(database: Database, code: string, term: string): Promise<string | null> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("courses")
    .select("id")
    .where("code_key", "=", foldKey(code))
    .where("term_key", "=", foldKey(term))
    .executeTakeFirst();
  return row?.id ?? null;
}

/** What the course is called; for a course that a policy has found there. */
export async function courseName(database: Database, courseId: string): Promise<CourseName> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("courses")
    .select(["id", "code", "term", "title"])
    .where("id", "=", courseId)
    .executeTakeFirstOrThrow();
  return courseNameOf(row);
}

/** The time zone that the course goes by; for a course that a policy has found there. */
export async function courseTimeZone(database: Database, courseId: string): Promise<string> {
  const db = tablesOf<CoursesTables>(database);
  const row = await db
    .selectFrom("courses")
    .select("time_zone")
    .where("id", "=", courseId)
    .executeTakeFirstOrThrow();
  const [{ time_zone }] = (await timed(db, [row])) as [{ time_zone: string }];
  return time_zone;
}

/** The courses that `actor` is in at present, with the role that the session may use. */
export async function coursesOf(
  database: Database,
  actor: Actor,
): Promise<readonly { readonly courseId: string; readonly role: CourseRole }[]> {
  if (actor.kind !== "person") return [];
  const previewed = actor.view?.preview === undefined ? null : actor.view.courseId;
  if (previewed !== null) return [{ courseId: previewed, role: "student" }];
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .innerJoin("courses", "courses.id", "enrolments.course_id")
    .select(["course_id", "role", "published", "staged", "trashed_at as trashedAt"])
    .where("person_id", "=", actor.personId)
    .where("ended_at", "is", null)
    .execute();
  return rows.flatMap(({ course_id: courseId, role, ...facts }) => {
    const standing = standingInLife(standingOf(actor, role), facts);
    const isShown = actor.view == null || actor.view.courseId === null || actor.view.courseId === courseId;
    return isShown && belongs(standing) ? [{ courseId, role: roleInScope(role, actor.scope) }] : [];
  });
}

/** The courses that a person teaches, as instructor or teaching assistant, the newest first; for FacultyLogin. */
export async function coursesTaughtBy(database: Database, personId: string): Promise<TaughtCourse[]> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .innerJoin("courses", "courses.id", "enrolments.course_id")
    .select(["courses.id as id", "courses.code as code", "courses.title as title", "courses.term as term"])
    .where("enrolments.person_id", "=", personId)
    .where("enrolments.ended_at", "is", null)
    .where("enrolments.role", "in", ["instructor", "teaching_assistant"])
    .where("courses.trashed_at", "is", null)
    .where("courses.staged", "=", 0)
    .orderBy("courses.id", "desc")
    .execute();
  return rows;
}

/**
 * The people with one of these roles in a course at present, a page at a time, in the order in which they first came.
 * `after` is the `next` of the page before.
 */
export async function membersOfCourse(
  database: Database,
  page: {
    readonly courseId: string;
    readonly roles: readonly CourseRole[];
    readonly after: string;
    readonly limit: number;
  },
): Promise<{ readonly personIds: readonly string[]; readonly next: string | null }> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select(["id", "person_id"])
    .where("course_id", "=", page.courseId)
    .where("role", "in", page.roles)
    .where("ended_at", "is", null)
    .where("id", ">", page.after)
    .orderBy("id")
    .limit(page.limit)
    .execute();
  const last = rows.length < page.limit ? undefined : rows.at(-1);
  return { personIds: rows.map((row) => row.person_id), next: last?.id ?? null };
}

/** What those of these announcements are called that still stand, by id; for people of their course. */
export async function announcementTitles(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("announcements")
    .select(["id", "title"])
    .where("id", "in", ids)
    .where("posted", "=", 1)
    .where("removed_at", "is", null)
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/** What these courses are called, by id. */
export async function courseNames(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CourseName>> {
  if (ids.length === 0) return new Map();
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("courses")
    .select(["id", "code", "term", "title"])
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.id, courseNameOf(row)]));
}

/** Those who teach the course at present, as instructors or teaching assistants. */
export async function courseStaff(database: Database, courseId: string): Promise<readonly string[]> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select("person_id")
    .where("course_id", "=", courseId)
    .where("role", "in", ["instructor", "teaching_assistant"])
    .where("ended_at", "is", null)
    .execute();
  return rows.map((row) => row.person_id);
}

/** Everyone who ever studied in the course, with whether they still do. */
export async function courseStudents(
  database: Database,
  courseId: string,
): Promise<readonly { readonly personId: string; readonly isEnrolled: boolean }[]> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select(["person_id", "ended_at"])
    .where("course_id", "=", courseId)
    .where("role", "=", "student")
    .execute();
  const enrolled = new Map<string, boolean>();
  for (const row of rows)
    enrolled.set(row.person_id, enrolled.get(row.person_id) === true || row.ended_at === null);
  return [...enrolled].map(([personId, isEnrolled]) => ({ personId, isEnrolled }));
}
