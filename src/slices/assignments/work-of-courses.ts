/** Work as progress sees it: one person's over several courses, and a whole course's by student. Set by set, never one by one. */
import type { Kysely } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import { groupsOfPersonAnywhere, membersBySet } from "#slices/courses/api.ts";
import { isLate, windowAt } from "./dates.ts";
import { datesOf, extensionKey } from "./extensions.ts";
import { markKey } from "./marks.ts";
import { hiddenAssignments } from "./pseudonyms.ts";
import type { MyState } from "./schema.ts";
import type { AssignmentsTables } from "./tables.ts";
import { type AssignmentFacts, factColumns, statesAnywhere } from "./work-states.ts";

type Db = Kysely<AssignmentsTables>;

/** More than anybody has in the courses of a term; the earliest due of them are looked at. */
const assignmentsMax = 1_000;

export interface OwnWork extends MyState {
  readonly assignmentId: string;
  readonly courseId: string;
  readonly title: string;
  /** Whether those who grade it must not know whose work is whose. */
  readonly hidesNames: boolean;
}

/** The published assignments of these courses, the earliest due first, with where `personId` stands. */
export async function workOfPerson(
  database: Database,
  {
    personId,
    courseIds,
    now,
  }: { readonly personId: string; readonly courseIds: readonly string[]; readonly now: number },
): Promise<OwnWork[]> {
  if (courseIds.length === 0) return [];
  const db = tablesOf<AssignmentsTables>(database);
  const rows = await db
    .selectFrom("assignments")
    .select(factColumns)
    .where("course_id", "in", courseIds)
    .where("published", "=", 1)
    .orderBy("due_key")
    .orderBy("id")
    .limit(assignmentsMax)
    .execute();
  const isAnyOfGroups = rows.some(({ group_set_id }) => group_set_id !== null);
  const groupOfSet = isAnyOfGroups ? await groupsOfPersonAnywhere(db, personId) : new Map<string, string>();
  const states = await statesAnywhere(db, rows, { groupOfSet, personId, now });
  const hidden = await hiddenOf(db, rows);
  return rows.flatMap(({ id, course_id, title }) => {
    const state = states.get(id);
    if (state === undefined) return [];
    return [{ assignmentId: id, courseId: course_id, title, hidesNames: hidden.has(id), ...state }];
  });
}

async function hiddenOf(db: Db, rows: readonly AssignmentFacts[]): Promise<ReadonlySet<string>> {
  const hidden = new Set<string>();
  for (const courseId of new Set(rows.filter(({ anonymous }) => anonymous === 1).map((row) => row.course_id)))
    for (const row of await hiddenAssignments(db, courseId).execute()) hidden.add(row.assignment_id);
  return hidden;
}

/** What a student has handed in of the assignments that may be told beside a name. */
export interface StudentWork {
  /** How many assignments there are for them: excused ones are not. */
  readonly expected: number;
  readonly handedIn: number;
  readonly late: number;
  readonly missing: number;
  /** How many are past the date that holds for them. */
  readonly due: number;
  readonly lastHandedInAt: number | null;
}

export interface CourseWork {
  readonly students: ReadonlyMap<string, StudentWork>;
  /** How many assignments are left out, because they are graded without names. */
  readonly unnamed: number;
}

/**
 * How far these students are with the published assignments of a course. `excused` holds pairs by `markKey`. A fixed
 * number of queries, and one row for each piece of work.
 */
export async function workOfCourse(
  database: Database,
  {
    courseId,
    studentIds,
    excused,
    now,
  }: {
    readonly courseId: string;
    readonly studentIds: readonly string[];
    readonly excused: ReadonlySet<string>;
    readonly now: number;
  },
): Promise<CourseWork> {
  const db = tablesOf<AssignmentsTables>(database);
  const hidden = new Set((await hiddenAssignments(db, courseId).execute()).map((row) => row.assignment_id));
  const all = await db
    .selectFrom("assignments")
    .select(factColumns)
    .where("course_id", "=", courseId)
    .where("published", "=", 1)
    .execute();
  const assignments = all.filter(({ id }) => !hidden.has(id));
  const received = await receivedByStudent(db, assignments);
  const extensions = await extensionsOfCourse(db, courseId);
  const groupOf = await groupsOfStudents(db, assignments);
  const over = new Map(assignments.map((row) => [row.id, isOver(row, undefined, now)]));
  return {
    unnamed: all.length - assignments.length,
    students: new Map(
      studentIds.map((studentId) => {
        const work = { expected: 0, handedIn: 0, late: 0, missing: 0, due: 0, lastHandedInAt: 0 };
        for (const row of assignments) {
          const owner =
            row.group_set_id === null ? studentId : groupOf.get(`${row.group_set_id} ${studentId}`);
          const own = extensions.get(extensionKey(row.id, owner ?? studentId));
          const receivedAt = received.get(row.id)?.get(studentId);
          const isPast = own === undefined ? over.get(row.id) === true : isOver(row, own, now);
          if (receivedAt !== undefined) work.lastHandedInAt = Math.max(work.lastHandedInAt, receivedAt);
          if (excused.has(markKey(row.id, studentId))) continue;
          work.expected++;
          if (isPast) work.due++;
          if (receivedAt === undefined) {
            if (isPast) work.missing++;
            continue;
          }
          work.handedIn++;
          if (isLate(datesOf(row, own).dueAt, receivedAt)) work.late++;
        }
        return [
          studentId,
          { ...work, lastHandedInAt: work.lastHandedInAt === 0 ? null : work.lastHandedInAt },
        ];
      }),
    ),
  };
}

type Extension = AssignmentsTables["assignment_extensions"];

function isOver(row: AssignmentFacts, extension: Extension | undefined, now: number): boolean {
  return ["late", "closed"].includes(windowAt(datesOf(row, extension), now));
}

/** When the standing work of each student came in, by assignment and student: their own, or their group's. */
async function receivedByStudent(
  db: Db,
  assignments: readonly AssignmentFacts[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const received = new Map(assignments.map(({ id }) => [id, new Map<string, number>()]));
  if (assignments.length === 0) return received;
  const standing = () =>
    db
      .selectFrom("submissions")
      .innerJoin("submission_attempts", (join) =>
        join
          .onRef("submission_attempts.submission_id", "=", "submissions.id")
          .onRef("submission_attempts.attempt", "=", "submissions.attempt"),
      )
      .where("submissions.withdrawn_at", "is", null)
      .where(
        "submissions.assignment_id",
        "in",
        assignments.map(({ id }) => id),
      );
  const own = await standing()
    .select([
      "submissions.assignment_id as id",
      "submissions.student_id as studentId",
      "submission_attempts.received_at as at",
    ])
    .where("submissions.group_id", "is", null)
    .execute();
  const shared = assignments.every(({ group_set_id }) => group_set_id === null)
    ? []
    : await standing()
        .innerJoin("submission_members", (join) =>
          join
            .onRef("submission_members.submission_id", "=", "submissions.id")
            .onRef("submission_members.attempt", "=", "submissions.attempt"),
        )
        .select([
          "submissions.assignment_id as id",
          "submission_members.student_id as studentId",
          "submission_attempts.received_at as at",
        ])
        .where("submissions.group_id", "is not", null)
        .execute();
  for (const { id, studentId, at } of [...own, ...shared]) received.get(id)?.set(studentId, at);
  return received;
}

async function extensionsOfCourse(db: Db, courseId: string): Promise<ReadonlyMap<string, Extension>> {
  const rows = await db
    .selectFrom("assignment_extensions")
    .selectAll()
    .where("assignment_id", "in", (each) =>
      each.selectFrom("assignments").select("assignments.id").where("assignments.course_id", "=", courseId),
    )
    .execute();
  return new Map(rows.map((row) => [extensionKey(row.assignment_id, row.owner_key), row]));
}

/** The group of each student in the sets that hand in together, by set and student. */
async function groupsOfStudents(
  db: Db,
  assignments: readonly AssignmentFacts[],
): Promise<ReadonlyMap<string, string>> {
  const groupOf = new Map<string, string>();
  for (const setId of new Set(assignments.flatMap(({ group_set_id }) => group_set_id ?? [])))
    for (const [groupId, members] of await membersBySet(db, setId))
      for (const studentId of members) groupOf.set(`${setId} ${studentId}`, groupId);
  return groupOf;
}
