/** Everything dated that somebody may see in a stretch of time, gathered from the slices that know of dates. */
import type { Kysely } from "kysely";
import type { Actor } from "#kernel/actor.ts";
import { datedAssignments } from "#slices/assignments/api.ts";
import {
  type AttendedCourse,
  announcementsBetween,
  attendedCourses,
  groupsOfPersonAnywhere,
} from "#slices/courses/api.ts";
import { datedMaterials } from "#slices/materials/api.ts";
import type { CalendarItem } from "./schema.ts";
import type { CalendarTables } from "./tables.ts";

export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** What a person may see of materials depends on it. */
  readonly now: number;
}

export interface Gathered {
  readonly courses: readonly AttendedCourse[];
  /** In the order of their beginnings, at most as many as the limit. */
  readonly items: readonly CalendarItem[];
  /** Whether there was nothing beyond the limit. */
  readonly isComplete: boolean;
}

/** The items of the actor's courses, or of one course, that begin in the stretch or reach into it. */
export async function gatherItems(
  db: Kysely<CalendarTables>,
  actor: Actor,
  stretch: Stretch,
  courseId?: string,
): Promise<Gathered> {
  const courses = await attendedCourses(db, actor, courseId);
  // One more of each than is given, to know whether there are more.
  const more = { ...stretch, limit: stretch.limit + 1 };
  const found = [
    ...(await eventItems(db, courses, more)),
    ...(await assignmentItems(db, actor, courses, more)),
    ...(await materialItems(db, actor, courses, more)),
    ...(await announcementItems(db, courses, more)),
  ].sort((a, b) => a.startsAt - b.startsAt || (a.subjectId < b.subjectId ? -1 : 1));
  return { courses, items: found.slice(0, stretch.limit), isComplete: found.length <= stretch.limit };
}

async function eventItems(
  db: Kysely<CalendarTables>,
  courses: readonly AttendedCourse[],
  { from, to, limit }: Stretch,
): Promise<CalendarItem[]> {
  if (courses.length === 0) return [];
  const rows = await db
    .selectFrom("calendar_events")
    .selectAll()
    .where(
      "course_id",
      "in",
      courses.map(({ courseId }) => courseId),
    )
    .where("removed_at", "is", null)
    .where("starts_at", "<", to)
    .where("ends_at", ">=", from)
    .orderBy("starts_at")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    kind: "event",
    subjectId: row.id,
    courseId: row.course_id,
    title: row.title,
    place: row.place,
    note: row.note,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    isDraft: false,
    inSeries: row.series_id !== "",
    version: row.version,
    updatedAt: row.updated_at,
  }));
}

async function assignmentItems(
  db: Kysely<CalendarTables>,
  actor: Actor,
  courses: readonly AttendedCourse[],
  stretch: Stretch,
): Promise<CalendarItem[]> {
  const personId = actor.kind === "person" ? actor.personId : "";
  const working = courses.filter(({ teaches, studies }) => teaches || studies);
  const groupIds = await groupsOfPersonAnywhere(db, personId);
  const assignments = await datedAssignments(db, { courses: working, personId, groupIds, ...stretch });
  return assignments.flatMap((assignment) => {
    const { dueAt, untilAt, availableFrom } = assignment;
    const dates = [
      { kind: "available", at: availableFrom } as const,
      { kind: "due", at: dueAt } as const,
      // The end is worth a line of its own only where it is not the due date.
      { kind: "until", at: untilAt === dueAt ? null : untilAt } as const,
    ];
    return dates.flatMap(({ kind, at }) =>
      at === null || at < stretch.from || at >= stretch.to
        ? []
        : [
            {
              kind,
              subjectId: assignment.assignmentId,
              courseId: assignment.courseId,
              title: assignment.title,
              startsAt: at,
              isDraft: !assignment.published,
              version: assignment.version,
              updatedAt: assignment.updatedAt,
              ...moment,
            },
          ],
    );
  });
}

async function materialItems(
  db: Kysely<CalendarTables>,
  actor: Actor,
  courses: readonly AttendedCourse[],
  stretch: Stretch,
): Promise<CalendarItem[]> {
  const courseIds = courses.map(({ courseId }) => courseId);
  const materials = await datedMaterials(db, actor, { courseIds, ...stretch });
  return materials.flatMap(({ materialId, courseId, title, isDraft, opensAt, closesAt, ...material }) =>
    (
      [
        { kind: "material_available", at: opensAt },
        { kind: "material_until", at: closesAt },
      ] as const
    ).flatMap(({ kind, at }) =>
      at === null || at < stretch.from || at >= stretch.to
        ? []
        : [{ kind, subjectId: materialId, courseId, title, startsAt: at, isDraft, ...material, ...moment }],
    ),
  );
}

async function announcementItems(
  db: Kysely<CalendarTables>,
  courses: readonly AttendedCourse[],
  stretch: Stretch,
): Promise<CalendarItem[]> {
  const ids = courses.map(({ courseId }) => courseId);
  const announcements = await announcementsBetween(db, ids, stretch);
  const taught = new Set(courses.filter(({ teaches }) => teaches).map(({ courseId }) => courseId));
  const seen = announcements.filter(({ courseId, isScheduled }) => !isScheduled || taught.has(courseId));
  return seen.map(({ announcementId, courseId, title, postedAt, isScheduled }) => ({
    kind: "announcement",
    subjectId: announcementId,
    courseId,
    title,
    startsAt: postedAt,
    isDraft: isScheduled,
    version: 1,
    updatedAt: postedAt,
    ...moment,
  }));
}

/** What is at one moment, without a place. */
const moment = { place: "", note: "", endsAt: null, inSeries: false };
