/** What other slices may use of assignments; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { pseudonymKeys } from "./pseudonyms.ts";
import type { AssignmentsTables } from "./tables.ts";

export { type Attending, type DatedAssignment, datedAssignments } from "./dated.ts";
export { type DueDate, datesDueBetween } from "./due.ts";
export { assignmentPublished, gradeReleased } from "./events.ts";
export { indexedAssignments } from "./indexed.ts";
export { markedAssignments, markKey, marksOfStudents, type StudentMark } from "./marks.ts";
export { assignmentIdField } from "./schema.ts";

/** Whether this course has a published assignment of this id: one that its students see. */
export async function hasPublishedAssignment(
  database: Database,
  { courseId, assignmentId }: { readonly courseId: string; readonly assignmentId: string },
): Promise<boolean> {
  const row = await tablesOf<AssignmentsTables>(database)
    .selectFrom("assignments")
    .select("id")
    .where("id", "=", assignmentId)
    .where("course_id", "=", courseId)
    .where("published", "=", 1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What those of these assignments are called that are published, by id; for people of their course. */
export async function publishedAssignmentTitles(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tablesOf<AssignmentsTables>(database)
    .selectFrom("assignments")
    .select(["id", "title"])
    .where("id", "in", ids)
    .where("published", "=", 1)
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/** A grade as a grade book needs it. Who may see it is for the caller to ask, of anonymous assignments too. */
export interface GradeFact {
  readonly assignmentId: string;
  readonly studentId: string;
  readonly submissionId: string;
  /** What counts, after lateness; whole hundredths. */
  readonly hundredths: number;
  readonly hundredthsMax: number;
  /** Null while the student does not see it. */
  readonly releasedAt: number | null;
  /** Whether graders do not know at present whose it is. */
  readonly hidesName: boolean;
}

/** The grades of a course, of one student where named, in a fixed number of queries. */
export async function gradesOfCourse(
  database: Database,
  { courseId, studentId }: { readonly courseId: string; readonly studentId?: string },
): Promise<readonly GradeFact[]> {
  const db = tablesOf<AssignmentsTables>(database);
  let select = db
    .selectFrom("grades")
    .innerJoin("assignments", "assignments.id", "grades.assignment_id")
    .selectAll("grades")
    .select("assignments.points_max_hundredths as hundredthsMax")
    .where("grades.course_id", "=", courseId);
  if (studentId !== undefined) select = select.where("grades.student_id", "=", studentId);
  const rows = await select.orderBy("grades.submission_id").orderBy("grades.student_id").execute();
  const hidden = await pseudonymKeys(
    db,
    rows.map((row) => row.assignment_id),
  );
  return rows.map((row) => ({
    assignmentId: row.assignment_id,
    studentId: row.student_id,
    submissionId: row.submission_id,
    hundredths: row.points_hundredths,
    hundredthsMax: row.hundredthsMax,
    releasedAt: row.released_at,
    hidesName: hidden.has(row.assignment_id),
  }));
}
