/** What waits in the work of courses: to be graded, to be released, and grades that somebody has not seen yet. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { AssignmentsTables } from "./tables.ts";

export interface WaitingWork {
  readonly assignmentId: string;
  readonly courseId: string;
  readonly title: string;
  /** Pieces of work without a mark for their latest attempt. */
  readonly toGrade: number;
  /** Marks that their students do not see yet. */
  readonly toRelease: number;
  /** Since when the oldest of either waits: handed in, or graded. */
  readonly waitingSince: number;
}

/** The assignments in which something waits, the longest waiting first. */
export async function waitingWork(
  database: Database,
  {
    taught,
    managed,
    limit,
  }: {
    /** The courses whose work is to be graded, … */
    readonly taught: readonly string[];
    /** … and those of them whose grades are to be released. */
    readonly managed: readonly string[];
    readonly limit: number;
  },
): Promise<WaitingWork[]> {
  if (taught.length === 0) return [];
  const rows = await tablesOf<AssignmentsTables>(database)
    .selectFrom("assignments")
    .innerJoin("submissions", "submissions.assignment_id", "assignments.id")
    .leftJoin("grades", (join) =>
      join
        .onRef("grades.submission_id", "=", "submissions.id")
        .onRef("grades.student_id", "=", "submissions.student_id")
        .onRef("grades.attempt", "=", "submissions.attempt"),
    )
    .select((each) => [
      "assignments.id as assignmentId",
      "assignments.course_id as courseId",
      "assignments.title as title",
      each.fn.countAll<number>().as("all"),
      each.fn.count<number>("grades.attempt").as("toRelease"),
      each.fn.min<number>("submissions.updated_at").as("waitingSince"),
    ])
    .where("assignments.course_id", "in", taught)
    .where("assignments.published", "=", 1)
    .where("submissions.withdrawn_at", "is", null)
    .where("grades.released_at", "is", null)
    .where((each) =>
      each.or([
        each("grades.attempt", "is", null),
        ...(managed.length === 0 ? [] : [each("assignments.course_id", "in", managed)]),
      ]),
    )
    .groupBy(["assignments.id", "assignments.course_id", "assignments.title"])
    .orderBy("waitingSince")
    .limit(limit)
    .execute();
  return rows.map(({ all, toRelease, waitingSince, ...row }) => ({
    ...row,
    toGrade: Number(all) - Number(toRelease),
    toRelease: Number(toRelease),
    waitingSince: Number(waitingSince),
  }));
}

/** The person's grades in these courses that were released after `since`, the latest first. */
export async function gradesReleasedSince(
  database: Database,
  {
    personId,
    courseIds,
    since,
    limit,
  }: {
    readonly personId: string;
    readonly courseIds: readonly string[];
    readonly since: number;
    readonly limit: number;
  },
): Promise<
  {
    readonly assignmentId: string;
    readonly courseId: string;
    readonly title: string;
    readonly releasedAt: number;
  }[]
> {
  if (courseIds.length === 0) return [];
  const rows = await tablesOf<AssignmentsTables>(database)
    .selectFrom("grades")
    .innerJoin("assignments", "assignments.id", "grades.assignment_id")
    .select([
      "assignments.id as assignmentId",
      "assignments.course_id as courseId",
      "assignments.title as title",
      "grades.released_at as releasedAt",
    ])
    .where("grades.course_id", "in", courseIds)
    .where("grades.student_id", "=", personId)
    .where("grades.released_at", ">", since)
    .where("assignments.published", "=", 1)
    .orderBy("grades.released_at", "desc")
    .limit(limit)
    .execute();
  return rows.flatMap(({ releasedAt, ...row }) => (releasedAt === null ? [] : [{ ...row, releasedAt }]));
}
