/** The courses that somebody keeps the dates of, and what is announced in them; for calendars. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { timed } from "./courses.ts";
import {
  belongs,
  loadStandingAside,
  manages,
  type Standing,
  standingInLife,
  standingOf,
  studies,
  teaches,
} from "./policy.ts";
import type { CourseRole } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";

export interface AttendedCourse {
  readonly courseId: string;
  readonly code: string;
  readonly title: string;
  readonly timeZone: string;
  readonly isArchived: boolean;
  readonly teaches: boolean;
  /** Whether they also release grades and change the course, as assistants do not. */
  readonly manages: boolean;
  readonly studies: boolean;
}

/** The courses that `actor` is in, or the one that is named, with what they are in each. */
export async function attendedCourses(
  database: Database,
  actor: Actor,
  courseId?: string,
): Promise<AttendedCourse[]> {
  if (actor.kind === "anonymous") return [];
  const db = tablesOf<CoursesTables>(database);
  if (courseId !== undefined) {
    const standing = await loadStandingAside(database, actor, courseId);
    const row = await db.selectFrom("courses").selectAll().where("id", "=", courseId).executeTakeFirst();
    if (row === undefined || !belongs(standing)) return [];
    return (await timed(db, [row])).map((course) => attendedOf(course, standing));
  }
  if (actor.kind !== "person") return [];
  return enrolledCourses(database, actor.personId, (role) => standingOf(actor, role));
}

/** The courses in which somebody studies at present, whatever a session of theirs lets them use. */
export async function coursesStudiedBy(database: Database, personId: string): Promise<AttendedCourse[]> {
  const all = await enrolledCourses(database, personId, (role) => ({ kind: "member", role }));
  return all.filter((course) => course.studies);
}

async function enrolledCourses(
  database: Database,
  personId: string,
  standingFor: (role: CourseRole) => Standing,
): Promise<AttendedCourse[]> {
  const db = tablesOf<CoursesTables>(database);
  const rows = await db
    .selectFrom("enrolments")
    .innerJoin("courses", "courses.id", "enrolments.course_id")
    .selectAll("courses")
    .select("enrolments.role as role")
    .where("enrolments.person_id", "=", personId)
    .where("enrolments.ended_at", "is", null)
    .orderBy("courses.id")
    .execute();
  return (await timed(db, rows)).flatMap((row) => {
    const facts = { published: row.published, staged: row.staged, trashedAt: row.trashed_at };
    const standing = standingInLife(standingFor(row.role), facts);
    return belongs(standing) ? [attendedOf(row, standing)] : [];
  });
}

function attendedOf(
  row: {
    readonly id: string;
    readonly code: string;
    readonly title: string;
    readonly time_zone: string;
    readonly archived_at: number | null;
  },
  standing: Standing,
): AttendedCourse {
  return {
    courseId: row.id,
    code: row.code,
    title: row.title,
    timeZone: row.time_zone,
    isArchived: row.archived_at !== null,
    teaches: teaches(standing),
    manages: manages(standing),
    studies: studies(standing),
  };
}

export interface DatedAnnouncement {
  readonly announcementId: string;
  readonly courseId: string;
  readonly title: string;
  readonly postedAt: number;
  /** Whether only those who teach see it yet. */
  readonly isScheduled: boolean;
}

/** What was announced in these courses, or is about to be, from `from` up to `to`. */
export async function announcementsBetween(
  database: Database,
  courseIds: readonly string[],
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<DatedAnnouncement[]> {
  if (courseIds.length === 0) return [];
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("announcements")
    .select(["id as announcementId", "course_id as courseId", "title", "posted_at as postedAt", "posted"])
    .where("course_id", "in", courseIds)
    .where("removed_at", "is", null)
    .where("posted_at", ">=", from)
    .where("posted_at", "<", to)
    .orderBy("posted_at")
    .limit(limit)
    .execute();
  return rows.map(({ posted, ...row }) => ({ ...row, isScheduled: posted === 0 }));
}
