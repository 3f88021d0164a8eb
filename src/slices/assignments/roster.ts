/**
 * Everyone an assignment is for, with what they handed in and how far its grading is: one line a student, or a group
 * where groups hand in. Read in a fixed number of queries; a course has thousands of students at most.
 */
import type { Kysely } from "kysely";
import { courseStudents } from "#slices/courses/api.ts";
import { foldText } from "#slices/identity/api.ts";
import { isLate } from "./dates.ts";
import { datesOf, extensionKey, extensionsOf } from "./extensions.ts";
import { fromHundredths } from "./points.ts";
import { type NameView, nameView } from "./pseudonyms.ts";
import type { RosterFilter, RosterLine, RosterSort, RosterState } from "./roster-schema.ts";
import type { AssignmentsTable, AssignmentsTables, GradesTable, SubmissionsTable } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

/** A line before the ids and names of students are what graders may see. */
export interface Entry {
  readonly studentId: string;
  readonly work: SubmissionsTable | null;
  readonly line: RosterLine;
  /** What a search looks in and names are sorted by. */
  readonly nameKey: string;
}

/** All lines, in no order. */
export async function rosterOf(db: Db, assignment: AssignmentsTable): Promise<readonly Entry[]> {
  const works = await db
    .selectFrom("submissions")
    .innerJoin("submission_attempts", (join) =>
      join
        .onRef("submission_attempts.submission_id", "=", "submissions.id")
        .onRef("submission_attempts.attempt", "=", "submissions.attempt"),
    )
    .selectAll("submissions")
    .select("submission_attempts.received_at as receivedAt")
    .where("submissions.assignment_id", "=", assignment.id)
    .execute();
  const ownGroups = await membersByWork(db, assignment.id);
  const students = await courseStudents(db, assignment.course_id);
  const taken = new Set([...works.map((work) => work.student_id), ...[...ownGroups.values()].flat()]);
  const missing = students.filter(({ personId, isEnrolled }) => isEnrolled && !taken.has(personId));
  const facts = await factsOf(db, assignment.id);
  const extensions = await extensionsOf(
    db,
    [assignment.id],
    works.map((work) => work.group_id ?? work.student_id),
  );
  const names = await nameView(db, assignment.id, [
    ...works.map((work) => work.student_id),
    ...missing.map(({ personId }) => personId),
  ]);
  const enrolled = new Set(students.flatMap(({ personId, isEnrolled }) => (isEnrolled ? [personId] : [])));
  const max = fromHundredths(assignment.points_max_hundredths);
  return [
    ...works.map(({ receivedAt, ...work }): Entry => {
      const owner = work.group_id ?? work.student_id;
      const { dueAt } = datesOf(assignment, extensions.get(extensionKey(assignment.id, owner)));
      const grade = facts.grades.get(`${work.id} ${work.student_id}`);
      const marks = facts.marks.get(work.id) ?? 0;
      const hasDraft = facts.drafts.has(owner);
      const state = stateOf(work, { grade, marks, hasDraft });
      return entryOf(names, work.student_id, work, {
        submissionId: work.id,
        state,
        isLate: work.withdrawn_at === null && isLate(dueAt, receivedAt),
        isRegrade: grade !== undefined && grade.attempt < work.attempt,
        hasAppeal: facts.appeals.has(work.id),
        isEnrolled: enrolled.has(work.student_id),
        members: ownGroups.get(work.id)?.length ?? 1,
        attempt: work.attempt,
        receivedAt,
        points: grade === undefined ? null : fromHundredths(grade.points_hundredths),
        pointsMax: max,
      });
    }),
    ...missing.map(({ personId }) =>
      entryOf(names, personId, null, {
        submissionId: null,
        state: facts.drafts.has(personId) ? "draft" : "missing",
        isLate: false,
        isRegrade: false,
        hasAppeal: false,
        isEnrolled: true,
        members: 1,
        attempt: 0,
        receivedAt: null,
        points: null,
        pointsMax: max,
      }),
    ),
  ];
}

function entryOf(
  names: NameView,
  studentId: string,
  work: SubmissionsTable | null,
  line: Omit<RosterLine, "studentId" | "studentName">,
): Entry {
  const studentName = names.nameOf(studentId);
  return {
    studentId,
    work,
    line: { studentId: names.idOf(studentId), studentName, ...line },
    nameKey: foldText(studentName),
  };
}

/** How far the grading of a piece of work is. */
export function stateOf(
  work: Pick<SubmissionsTable, "attempt" | "withdrawn_at">,
  {
    grade,
    marks,
    hasDraft,
  }: {
    readonly grade: Pick<GradesTable, "attempt" | "released_at"> | undefined;
    readonly marks: number;
    readonly hasDraft: boolean;
  },
): RosterState {
  if (work.withdrawn_at !== null) return hasDraft ? "draft" : "withdrawn";
  if (grade === undefined || grade.attempt < work.attempt) {
    if (marks === 0) return "handed_in";
    return marks === 1 ? "one_mark" : "to_agree";
  }
  return grade.released_at === null ? "graded" : "released";
}

/** What the states are made from, each in one query over the assignment. */
async function factsOf(db: Db, assignmentId: string) {
  const grades = await db
    .selectFrom("grades")
    .select(["submission_id", "student_id", "attempt", "points_hundredths", "released_at"])
    .where("assignment_id", "=", assignmentId)
    .execute();
  const marks = await db
    .selectFrom("marks")
    .innerJoin("submissions", (join) =>
      join
        .onRef("submissions.id", "=", "marks.submission_id")
        .onRef("submissions.attempt", "=", "marks.attempt"),
    )
    .select(({ fn }) => ["submission_id", fn.countAll<number>().as("marks")])
    .where("marks.assignment_id", "=", assignmentId)
    .groupBy("submission_id")
    .execute();
  const appeals = await db
    .selectFrom("appeals")
    .select("submission_id")
    .where("assignment_id", "=", assignmentId)
    .where("state", "=", "open")
    .execute();
  const texts = await db
    .selectFrom("submission_drafts")
    .select("owner_key")
    .where("assignment_id", "=", assignmentId)
    .where("text", "!=", "")
    .execute();
  const files = await db
    .selectFrom("submission_draft_files")
    .select("owner_key")
    .where("assignment_id", "=", assignmentId)
    .execute();
  return {
    grades: new Map(grades.map((row) => [`${row.submission_id} ${row.student_id}`, row])),
    marks: new Map(marks.map((row) => [row.submission_id, Number(row.marks)])),
    appeals: new Set(appeals.map((row) => row.submission_id)),
    drafts: new Set([...texts, ...files].map((row) => row.owner_key)),
  };
}

/** Who is in the group of each group's work. */
async function membersByWork(db: Db, assignmentId: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .selectFrom("submission_members")
    .innerJoin("submissions", (join) =>
      join
        .onRef("submissions.id", "=", "submission_members.submission_id")
        .onRef("submissions.attempt", "=", "submission_members.attempt"),
    )
    .select(["submission_members.submission_id as id", "submission_members.student_id as studentId"])
    .where("submission_members.assignment_id", "=", assignmentId)
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ id }) => id)].map(([id, members]) => [
      id,
      members.map(({ studentId }) => studentId),
    ]),
  );
}

/** Whether a line is among those that are asked for. */
export function fits({ line, nameKey }: Entry, filter: RosterFilter, search: string): boolean {
  if (search !== "" && !nameKey.includes(foldText(search))) return false;
  const { state } = line;
  switch (filter) {
    case "all":
      return true;
    case "work":
      return line.submissionId !== null && state !== "withdrawn" && state !== "draft";
    case "to_grade":
      return ["handed_in", "one_mark", "to_agree"].includes(state);
    case "late":
      return line.isLate;
    case "appeal":
      return line.hasAppeal;
    default:
      return state === filter;
  }
}

const stateOrder: readonly RosterState[] = [
  "handed_in",
  "one_mark",
  "to_agree",
  "graded",
  "released",
  "draft",
  "withdrawn",
  "missing",
];

/** Orders lines; who is equal goes by name, then by id, so that pages never overlap. */
export function compareEntries(sort: RosterSort): (one: Entry, other: Entry) => number {
  const byName = (one: Entry, other: Entry) =>
    compare(one.nameKey, other.nameKey) || compare(one.line.studentId, other.line.studentId);
  const last = Number.MAX_SAFE_INTEGER;
  const by: Record<RosterSort, (one: Entry, other: Entry) => number> = {
    name: () => 0,
    state: (one, other) => stateOrder.indexOf(one.line.state) - stateOrder.indexOf(other.line.state),
    received: (one, other) => (one.line.receivedAt ?? last) - (other.line.receivedAt ?? last),
    points: (one, other) => (other.line.points ?? -1) - (one.line.points ?? -1),
  };
  return (one, other) => by[sort](one, other) || byName(one, other);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
