/** How a student is doing, for somebody who observes them: gathered anew on the read's snapshot. */
import type { Database } from "#engines/store/port.ts";
import type { Person } from "#kernel/actor.ts";
import { isAdministration } from "#kernel/policy.ts";
import { gradesReleasedSince } from "#slices/assignments/api.ts";
import { type AttendedCourse, coursesOf, coursesStudiedBy } from "#slices/courses/api.ts";
import { hiddenColumns } from "#slices/grades/api.ts";
import { type Courses, dueItems, markOf } from "./due-items.ts";
import { type DueItem, type NewsItem, newGradesMs, newsMax } from "./schema.ts";

export interface ObservedNow {
  /** Archived courses are among them; nothing is due in those. */
  readonly courses: readonly AttendedCourse[];
  readonly due: readonly DueItem[];
  readonly newGrades: readonly NewsItem[];
}

/**
 * The student's courses, what is due in them by the observer's own clock, and the grades of the last weeks. Where the
 * observer teaches as well, what is graded without names stands beside no name.
 */
export async function observedNow(
  database: Database,
  observer: Person,
  {
    studentId,
    now,
    timeZone,
  }: { readonly studentId: string; readonly now: number; readonly timeZone: string },
): Promise<ObservedNow> {
  const all = await coursesStudiedBy(database, studentId);
  const open: Courses = new Map(
    all.filter(({ isArchived }) => !isArchived).map((course) => [course.courseId, course]),
  );
  const courseIds = [...open.keys()];
  const teaches = await coursesGradedBy(database, observer);
  const items = await dueItems(database, open, {
    ...{ personId: studentId, courseIds, now, timeZone },
    isShown: ({ courseId, hidesNames }) => !hidesNames || !teaches(courseId),
  });
  // That there is a draft is the student's own business.
  const due = items.map((item) => (item.state === "draft" ? { ...item, state: "to_do" as const } : item));
  const since = now - newGradesMs;
  const grades = await gradesReleasedSince(database, {
    personId: studentId,
    courseIds,
    since,
    limit: newsMax,
  });
  const hidden = await hiddenColumns(database, courseIds);
  return {
    courses: all,
    due,
    newGrades: grades
      .filter(({ assignmentId }) => !hidden.has(assignmentId))
      .map(({ courseId, assignmentId, title, releasedAt }) => ({
        ...markOf(open, courseId),
        ...{ kind: "grade", subjectId: assignmentId, title, at: releasedAt },
      })),
  };
}

async function coursesGradedBy(database: Database, observer: Person): Promise<(courseId: string) => boolean> {
  if (isAdministration(observer)) return () => true;
  const roles = new Map((await coursesOf(database, observer)).map(({ courseId, role }) => [courseId, role]));
  return (courseId) => ["instructor", "teaching_assistant"].includes(roles.get(courseId) ?? "");
}
