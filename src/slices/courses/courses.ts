/** Reading the rows of courses, for the operations of this slice. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import { type Actor, previewsCourse } from "#kernel/actor.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { schoolSettings } from "#slices/identity/api.ts";
import { showJoinCode } from "./join-code.ts";
import { belongs, manages, standingOf, teaches } from "./policy.ts";
import type { Course, CourseName, CourseRole, CourseState } from "./schema.ts";
import type { CoursesTable, CoursesTables } from "./tables.ts";

type Db = Kysely<CoursesTables>;

/** The row of a course whose time zone is known. */
export interface TimedCourse extends CoursesTable {
  readonly time_zone: string;
}

/** Courses from before they had time zones go by the school's. */
export async function timed<Row extends { readonly time_zone: string | null }>(
  db: Db,
  rows: readonly Row[],
): Promise<(Row & { readonly time_zone: string })[]> {
  const isSettled = rows.every((row) => row.time_zone !== null);
  const school = isSettled ? null : await schoolSettings(db);
  return rows.map((row) => ({ ...row, time_zone: row.time_zone ?? school?.timeZone ?? "UTC" }));
}

/** The course as `actor` sees it, given the role of their active enrolment. */
export function courseOf(row: TimedCourse, actor: Actor, role: CourseRole | null): Course {
  const standing = standingOf(actor, role);
  return {
    ...courseNameOf(row),
    summary: row.summary,
    myRole: standing.kind === "member" || standing.kind === "administration" ? standing.role : null,
    mayTeach: belongs(standing) && teaches(standing),
    mayManage: belongs(standing) && manages(standing),
    joinCode: manages(standing) && row.join_code_off === 0 ? showJoinCode(row.join_code) : null,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    timeZone: row.time_zone,
    state: stateOf(row),
  };
}

/** Where a course that is not in the trash stands in its life. */
export function stateOf({
  archived_at,
  published,
}: Pick<CoursesTable, "archived_at" | "published">): CourseState {
  if (archived_at !== null) return "archived";
  return published === 1 ? "published" : "draft";
}

/** The columns of a course that has just come into being. */
export function freshLife(published: boolean) {
  return {
    published: published ? 1 : 0,
    staged: 0,
    archived_at: null,
    archived_by: null,
    trashed_at: null,
    trashed_by: null,
    storage_bytes_max: null,
    join_code_off: 0,
  } as const;
}

export function courseNameOf(row: Pick<CoursesTable, "id" | "code" | "term" | "title">): CourseName {
  return { courseId: row.id, code: row.code, term: row.term, title: row.title };
}

/** The course as `actor` sees it; for operations whose policy has found it there. */
export async function findCourse(db: Db, actor: Actor, courseId: string): Promise<Course> {
  const personId = actor.kind === "person" ? actor.personId : "";
  const [row] = await timed(db, await courseWithRole(db, { courseId, personId }));
  const { role, ...course } = present(row, "a course that the policy has found");
  return courseOf(course, actor, previewsCourse(actor, courseId) ? "student" : role);
}

/** The course and the role of a person's active enrolment in it; built once, since pages ask for it all the time. */
const courseWithRole = prepared<CoursesTables>()((db, p: Parameter<{ courseId: string; personId: string }>) =>
  db
    .selectFrom("courses")
    .leftJoin("enrolments", (join) =>
      join
        .onRef("enrolments.course_id", "=", "courses.id")
        .on("enrolments.person_id", "=", p("personId"))
        .on("enrolments.ended_at", "is", null),
    )
    .selectAll("courses")
    .select("enrolments.role as role")
    .where("courses.id", "=", p("courseId")),
);

/** The role of the actor's active enrolment in the course, or null. */
export async function activeRole(db: Db, actor: Actor, courseId: string): Promise<CourseRole | null> {
  if (actor.kind !== "person") return null;
  const row = await db
    .selectFrom("enrolments")
    .select("role")
    .where("person_id", "=", actor.personId)
    .where("course_id", "=", courseId)
    .where("ended_at", "is", null)
    .executeTakeFirst();
  return row?.role ?? null;
}
