/** What other slices may use of assignments; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { AssignmentsTables } from "./tables.ts";

export { type Attending, type DatedAssignment, datedAssignments } from "./dated.ts";
export { type DueDate, datesDueBetween } from "./due.ts";
export {
  appealAnswered,
  appealOpened,
  assignmentPublished,
  extensionGranted,
  gradeChanged,
  gradeReleased,
  submissionReceived,
} from "./events.ts";
export { indexedAssignments } from "./indexed.ts";
export { markedAssignments, markKey, marksOfStudents, type StudentMark } from "./marks.ts";
export { assignmentIdField, WorkState } from "./schema.ts";
export { gradesReleasedSince, type WaitingWork, waitingWork } from "./waiting.ts";
export { assignmentsOfSubmissions, peopleOfAttempt, peopleOfExtension } from "./whom-it-concerns.ts";
export {
  type CourseWork,
  type OwnWork,
  type StudentWork,
  workOfCourse,
  workOfPerson,
} from "./work-of-courses.ts";

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
