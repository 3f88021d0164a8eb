/** The marks of a course as a gradebook needs them: by student and assignment, whoever handed the work in. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { AssignmentsTables } from "./tables.ts";

export interface MarkedAssignment {
  readonly assignmentId: string;
  readonly title: string;
  readonly hundredthsMax: number;
  /** Milliseconds UTC. */
  readonly dueAt: number | null;
}

/** The published assignments of a course, the earliest due first. */
export async function markedAssignments(database: Database, courseId: string): Promise<MarkedAssignment[]> {
  const rows = await tablesOf<AssignmentsTables>(database)
    .selectFrom("assignments")
    .select(["id", "title", "points_max_hundredths as hundredthsMax", "due_at as dueAt"])
    .where("course_id", "=", courseId)
    .where("published", "=", 1)
    .orderBy("due_key")
    .orderBy("id")
    .execute();
  return rows.map(({ id, ...rest }) => ({ assignmentId: id, ...rest }));
}

/** What one student's work on one assignment came to. */
export interface StudentMark {
  readonly assignmentId: string;
  readonly studentId: string;
  /** Null while nobody has marked it. */
  readonly hundredths: number | null;
  readonly isReleased: boolean;
}

/** Everything that these students have handed in for the course, marked or not; at most a few hundred students. */
export async function marksOfStudents(
  database: Database,
  { courseId, studentIds }: { readonly courseId: string; readonly studentIds: readonly string[] },
): Promise<StudentMark[]> {
  if (studentIds.length === 0) return [];
  const rows = await tablesOf<AssignmentsTables>(database)
    .selectFrom("submissions")
    .leftJoin("grades", "grades.submission_id", "submissions.id")
    .select([
      "submissions.assignment_id as assignmentId",
      "submissions.student_id as studentId",
      "grades.points_hundredths as hundredths",
      "grades.released_at as releasedAt",
    ])
    .where("submissions.course_id", "=", courseId)
    .where("submissions.student_id", "in", studentIds)
    .execute();
  return rows.map(({ releasedAt, ...mark }) => ({ ...mark, isReleased: releasedAt !== null }));
}
