/** What is due for one person, in the order in which it presses. */
import type { Database } from "#engines/store/port.ts";
import { type OwnWork, workOfPerson } from "#slices/assignments/api.ts";
import type { AttendedCourse } from "#slices/courses/api.ts";
import { bucketOf } from "./due.ts";
import { DueBucket, type DueItem, dueMax } from "./schema.ts";

export type Courses = ReadonlyMap<string, AttendedCourse>;

export function markOf(courses: Courses, courseId: string) {
  return { courseId, courseCode: courses.get(courseId)?.code ?? "" };
}

/** The work of a person in these courses that has a place in a list by its date; days are those of `timeZone`. */
export async function dueItems(
  database: Database,
  courses: Courses,
  {
    timeZone,
    isShown = () => true,
    ...whose
  }: {
    readonly personId: string;
    readonly courseIds: readonly string[];
    readonly now: number;
    readonly timeZone: string;
    readonly isShown?: (work: OwnWork) => boolean;
  },
): Promise<DueItem[]> {
  const { now } = whose;
  const items = (await workOfPerson(database, whose)).filter(isShown).flatMap((work): DueItem[] => {
    const isDone = work.receivedAt !== null || work.state === "graded";
    const bucket = work.state === "upcoming" ? null : bucketOf({ ...work, isDone }, { now, timeZone });
    if (bucket === null) return [];
    const { assignmentId, title, state, dueAt, untilAt, isOwnDate, courseId } = work;
    const zone = courses.get(courseId)?.timeZone ?? "UTC";
    const facts = { assignmentId, title, bucket, state, isDone, dueAt, untilAt, isOwnDate, timeZone: zone };
    return [{ ...markOf(courses, courseId), ...facts }];
  });
  const order = DueBucket.options;
  const last = Number.MAX_SAFE_INTEGER;
  return items
    .sort(
      (one, other) =>
        order.indexOf(one.bucket) - order.indexOf(other.bucket) ||
        Number(one.isDone) - Number(other.isDone) ||
        (one.dueAt ?? last) - (other.dueAt ?? last) ||
        (one.assignmentId < other.assignmentId ? -1 : 1),
    )
    .slice(0, dueMax);
}
