/** The marks of a course as a gradebook needs them: by student and assignment, whoever handed the work in. */
import type { Kysely } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import { membersOfGroup } from "#slices/courses/api.ts";
import { hiddenAssignments } from "./pseudonyms.ts";
import type { AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

export interface MarkedAssignment {
  readonly assignmentId: string;
  readonly title: string;
  readonly hundredthsMax: number;
  /** Milliseconds UTC; for those who were given no other date. */
  readonly dueAt: number | null;
  /** Whether those who grade must not know whose work is whose: nothing of it stands beside a name. */
  readonly hidesNames: boolean;
}

/** The published assignments of a course, the earliest due first. */
export async function markedAssignments(database: Database, courseId: string): Promise<MarkedAssignment[]> {
  const db = tablesOf<AssignmentsTables>(database);
  const hidden = new Set((await hiddenAssignments(db, courseId).execute()).map((row) => row.assignment_id));
  const rows = await db
    .selectFrom("assignments")
    .select(["id", "title", "points_max_hundredths as hundredthsMax", "due_at as dueAt"])
    .where("course_id", "=", courseId)
    .where("published", "=", 1)
    .orderBy("due_key")
    .orderBy("id")
    .execute();
  return rows.map(({ id, ...rest }) => ({ assignmentId: id, ...rest, hidesNames: hidden.has(id) }));
}

/** What is known of one student and one assignment. */
export interface StudentMark {
  readonly assignmentId: string;
  readonly studentId: string;
  /** Null while nobody has marked it. */
  readonly hundredths: number | null;
  /** Who marked it last, and when; null while nobody has. */
  readonly gradedBy: string | null;
  readonly gradedAt: number | null;
  readonly isReleased: boolean;
  readonly isHandedIn: boolean;
  /** Another date than everybody's, given to this student or their group; null where there is none. */
  readonly ownDueAt: number | null;
}

/**
 * What is known of these students' work in the course, marked or not, by `markKey`; at most a few hundred students. It
 * holds what is graded without names, too: whoever shows it leaves that out for those who grade.
 */
export async function marksOfStudents(
  database: Database,
  { courseId, studentIds }: { readonly courseId: string; readonly studentIds: readonly string[] },
): Promise<ReadonlyMap<string, StudentMark>> {
  const marks = new Map<string, StudentMark>();
  if (studentIds.length === 0) return marks;
  const db = tablesOf<AssignmentsTables>(database);
  const note = (assignmentId: string, studentId: string, news: Partial<StudentMark>) => {
    const key = markKey(assignmentId, studentId);
    const known = marks.get(key) ?? nothing(assignmentId, studentId);
    marks.set(key, { ...known, ...news });
  };
  for (const { assignmentId, studentId } of await handedIn(db, courseId, studentIds))
    note(assignmentId, studentId, { isHandedIn: true });
  const grades = await db
    .selectFrom("grades")
    .select(["assignment_id", "student_id", "points_hundredths", "released_at", "graded_by", "graded_at"])
    .where("course_id", "=", courseId)
    .where("student_id", "in", studentIds)
    .execute();
  for (const row of grades)
    note(row.assignment_id, row.student_id, {
      hundredths: row.points_hundredths,
      gradedBy: row.graded_by,
      gradedAt: row.graded_at,
      isReleased: row.released_at !== null,
    });
  const wanted = new Set(studentIds);
  for (const { assignmentId, ownerKey, dueAt } of await ownDates(db, courseId)) {
    const owners = wanted.has(ownerKey) ? [ownerKey] : await membersOfGroup(db, ownerKey);
    for (const studentId of owners)
      if (wanted.has(studentId)) note(assignmentId, studentId, { ownDueAt: dueAt });
  }
  return marks;
}

export function markKey(assignmentId: string, studentId: string): string {
  return `${assignmentId} ${studentId}`;
}

function nothing(assignmentId: string, studentId: string): StudentMark {
  const unmarked = { hundredths: null, gradedBy: null, gradedAt: null, isReleased: false };
  return { assignmentId, studentId, ...unmarked, isHandedIn: false, ownDueAt: null };
}

/** Whose work stands, their own and that of their groups. */
async function handedIn(
  db: Db,
  courseId: string,
  studentIds: readonly string[],
): Promise<readonly { readonly assignmentId: string; readonly studentId: string }[]> {
  const own = await db
    .selectFrom("submissions")
    .select(["assignment_id as assignmentId", "student_id as studentId"])
    .where("assignment_id", "in", ofCourse(db, courseId))
    .where("student_id", "in", studentIds)
    .where("withdrawn_at", "is", null)
    .execute();
  const shared = await db
    .selectFrom("submission_members")
    .innerJoin("submissions", (join) =>
      join
        .onRef("submissions.id", "=", "submission_members.submission_id")
        .onRef("submissions.attempt", "=", "submission_members.attempt"),
    )
    .select(["submissions.assignment_id as assignmentId", "submission_members.student_id as studentId"])
    .where("submission_members.assignment_id", "in", ofCourse(db, courseId))
    .where("submission_members.student_id", "in", studentIds)
    .where("submissions.withdrawn_at", "is", null)
    .execute();
  return [...own, ...shared];
}

/** Work and extensions are found by their assignment: that is what their indexes begin with. */
function ofCourse(db: Db, courseId: string) {
  return db.selectFrom("assignments").select("assignments.id").where("assignments.course_id", "=", courseId);
}

/** The due dates that somebody was given for themselves. */
async function ownDates(
  db: Db,
  courseId: string,
): Promise<readonly { readonly assignmentId: string; readonly ownerKey: string; readonly dueAt: number }[]> {
  const rows = await db
    .selectFrom("assignment_extensions")
    .select(["assignment_id", "owner_key", "due_at"])
    .where("assignment_id", "in", ofCourse(db, courseId))
    .where("due_at", "is not", null)
    .execute();
  return rows.flatMap(({ assignment_id, owner_key, due_at }) =>
    due_at === null ? [] : [{ assignmentId: assignment_id, ownerKey: owner_key, dueAt: due_at }],
  );
}
