/** Reading the rows of courses, for the operations of this slice. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import type { Actor } from "#kernel/actor.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { showJoinCode } from "./join-code.ts";
import { belongs, manages, standingOf, teaches } from "./policy.ts";
import type { Course, CourseName, CourseRole } from "./schema.ts";
import type { CoursesTable, CoursesTables } from "./tables.ts";

type Db = Kysely<CoursesTables>;

/** The course as `actor` sees it, given the role of their active enrolment. */
export function courseOf(row: CoursesTable, actor: Actor, role: CourseRole | null): Course {
  const standing = standingOf(actor, role);
  return {
    ...courseNameOf(row),
    summary: row.summary,
    myRole: standing.kind === "member" || standing.kind === "administration" ? standing.role : null,
    mayTeach: belongs(standing) && teaches(standing),
    mayManage: belongs(standing) && manages(standing),
    joinCode: manages(standing) ? showJoinCode(row.join_code) : null,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function courseNameOf(row: Pick<CoursesTable, "id" | "code" | "term" | "title">): CourseName {
  return { courseId: row.id, code: row.code, term: row.term, title: row.title };
}

/** The course as `actor` sees it; for operations whose policy has found it there. */
export async function findCourse(db: Db, actor: Actor, courseId: string): Promise<Course> {
  const personId = actor.kind === "person" ? actor.personId : "";
  const [row] = await courseWithRole(db, { courseId, personId });
  const { role, ...course } = present(row, "a course that the policy has found");
  return courseOf(course, actor, role);
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
