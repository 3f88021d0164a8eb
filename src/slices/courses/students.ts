/** What other slices may ask of who studies in a course. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { standingInLife, studies } from "./policy.ts";
import type { CourseRole } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";

/** The role of a person's active enrolment in a course, whatever their session lets them use; null for none. */
export async function roleOf(
  database: Database,
  courseId: string,
  personId: string,
): Promise<CourseRole | null> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select("role")
    .where("person_id", "=", personId)
    .where("course_id", "=", courseId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return row?.role ?? null;
}

/** The enrolment of a person in a course, active or ended; null for who never was in it. */
export async function enrolmentIn(
  database: Database,
  courseId: string,
  personId: string,
): Promise<{ readonly role: CourseRole; readonly isActive: boolean } | null> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select(["role", "ended_at"])
    .where("person_id", "=", personId)
    .where("course_id", "=", courseId)
    .executeTakeFirst();
  return row === undefined ? null : { role: row.role, isActive: row.ended_at === null };
}

/** Whether the person studies in the course, as somebody who sees it: it is published, and not in the trash. */
export async function studiesAtPresent(
  database: Database,
  courseId: string,
  personId: string,
): Promise<boolean> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .innerJoin("courses", "courses.id", "enrolments.course_id")
    .select(["published", "staged", "trashed_at as trashedAt"])
    .where("enrolments.person_id", "=", personId)
    .where("enrolments.course_id", "=", courseId)
    .where("enrolments.role", "=", "student")
    .where("enrolments.ended_at", "is", null)
    .executeTakeFirst();
  return row !== undefined && studies(standingInLife({ kind: "member", role: "student" }, row));
}

/** The roles that these people have in a course at present, by the person's id. */
export async function rolesIn(
  database: Database,
  courseId: string,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, CourseRole>> {
  if (personIds.length === 0) return new Map();
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select(["person_id", "role"])
    .where("course_id", "=", courseId)
    .where("person_id", "in", personIds)
    .where("ended_at", "is", null)
    .execute();
  return new Map(rows.map(({ person_id, role }) => [person_id, role]));
}

/** The active students of a course after an enrolment, in the order in which they first came; for lists in pages. */
export async function studentsAfter(
  database: Database,
  courseId: string,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<{ readonly enrolmentId: string; readonly personId: string; readonly name: string }[]> {
  let select = tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select(["id", "person_id"])
    .where("course_id", "=", courseId)
    .where("role", "=", "student")
    .where("ended_at", "is", null)
    .orderBy("id");
  if (after !== null) select = select.where("id", ">", after);
  const rows = await select.limit(limit).execute();
  const people = await peopleByIds(
    database,
    rows.map((row) => row.person_id),
  );
  return rows.map(({ id, person_id }) => ({
    enrolmentId: id,
    personId: person_id,
    name: people.get(person_id)?.name ?? "",
  }));
}

/** The ids of the active students of a course. */
export async function studentIdsOf(database: Database, courseId: string): Promise<ReadonlySet<string>> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select("person_id")
    .where("course_id", "=", courseId)
    .where("role", "=", "student")
    .where("ended_at", "is", null)
    .execute();
  return new Set(rows.map(({ person_id }) => person_id));
}

/** The active students of a course with since when they are in it, without their names; for reckoning over all of them. */
export async function studentsSince(
  database: Database,
  courseId: string,
): Promise<{ readonly enrolmentId: string; readonly personId: string; readonly since: number }[]> {
  return tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select(["id as enrolmentId", "person_id as personId", "since"])
    .where("course_id", "=", courseId)
    .where("role", "=", "student")
    .where("ended_at", "is", null)
    .orderBy("id")
    .execute();
}

/** Everyone who ever studied in the course, with 1 or 0 for whether they still do: a query to join, for lists in pages. */
export function studentsQuery(database: Database, courseId: string) {
  return tablesOf<CoursesTables>(database)
    .selectFrom("enrolments")
    .select((each) => [
      "person_id as personId",
      each.fn.max<0 | 1>(each.case().when("ended_at", "is", null).then(1).else(0).end()).as("isEnrolled"),
    ])
    .where("course_id", "=", courseId)
    .where("role", "=", "student")
    .groupBy("person_id");
}
