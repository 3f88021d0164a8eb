/**
 * The list of submissions as one query: a line for each student, or for a group where groups hand in, with how far the
 * work and its grading are. The engines filter, count and sort it, so that a page costs what one assignment has, whatever
 * the school holds.
 */
import { type Kysely, sql } from "kysely";
import { studentsQuery } from "#slices/courses/api.ts";
import type { RosterState } from "./roster-schema.ts";
import type { AssignmentsTable, AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;
type Flag = 0 | 1;

/** A line without names. */
export interface RosterRow {
  readonly submissionId: string | null;
  readonly studentId: string;
  readonly attempt: number;
  readonly receivedAt: number | null;
  readonly isWithdrawn: Flag;
  readonly isEnrolled: Flag;
  readonly isLate: Flag;
  readonly hasAppeal: Flag;
  readonly hasDraft: Flag;
  readonly members: number;
  /** Of the two marks, how many there are for the latest attempt. */
  readonly marks: number;
  readonly gradeAttempt: number | null;
  readonly hundredths: number | null;
  readonly releasedAt: number | null;
}

export interface StatedRow extends RosterRow {
  readonly state: RosterState;
}

/** Every line with its state, as a query to go on from. */
export function rosterLines(db: Db, assignment: AssignmentsTable) {
  return db
    .selectFrom(workLines(db, assignment).unionAll(missingLines(db, assignment)).as("line"))
    .selectAll("line")
    .select((each) =>
      each
        .case()
        .when("submissionId", "is", null)
        .then(sql<RosterState>`case when "hasDraft" = 1 then 'draft' else 'missing' end`)
        .when("isWithdrawn", "=", 1)
        .then(sql<RosterState>`case when "hasDraft" = 1 then 'draft' else 'withdrawn' end`)
        .when(
          each.or([
            each("gradeAttempt", "is", null),
            each("gradeAttempt", "<", each.ref("attempt") as never),
          ]),
        )
        .then(
          sql<RosterState>`case "marks" when 0 then 'handed_in' when 1 then 'one_mark' else 'to_agree' end`,
        )
        .when("releasedAt", "is", null)
        .then(sql<RosterState>`'graded'`)
        .else(sql<RosterState>`'released'`)
        .end()
        .as("state"),
    )
    .$castTo<StatedRow>();
}

/** What was handed in, or taken back. */
function workLines(db: Db, assignment: AssignmentsTable) {
  const students = studentsQuery(db, assignment.course_id).as("students");
  return db
    .selectFrom("submissions as work")
    .innerJoin("assignments", "assignments.id", "work.assignment_id")
    .innerJoin("submission_attempts as latest", (join) =>
      join.onRef("latest.submission_id", "=", "work.id").onRef("latest.attempt", "=", "work.attempt"),
    )
    .leftJoin("grades as grade", (join) =>
      join.onRef("grade.submission_id", "=", "work.id").onRef("grade.student_id", "=", "work.student_id"),
    )
    .leftJoin("assignment_extensions as extension", (join) =>
      join
        .onRef("extension.assignment_id", "=", "work.assignment_id")
        .on((each) => each("extension.owner_key", "=", each.fn.coalesce("work.group_id", "work.student_id"))),
    )
    .leftJoin(students, "students.personId", "work.student_id")
    .where("work.assignment_id", "=", assignment.id)
    .select((each) => [
      "work.id as submissionId",
      "work.student_id as studentId",
      "work.attempt as attempt",
      "latest.received_at as receivedAt",
      sql<Flag>`case when "work"."withdrawn_at" is null then 0 else 1 end`.as("isWithdrawn"),
      sql<Flag>`coalesce("students"."isEnrolled", 0)`.as("isEnrolled"),
      sql<Flag>`case
        when "work"."withdrawn_at" is null
          and "latest"."received_at" > coalesce("extension"."due_at", "assignments"."due_at") then 1
        else 0 end`.as("isLate"),
      each
        .case()
        // By the assignment, so that no engine thinks of reading the whole school's.
        .when("work.id", "in", (appeal) =>
          appeal
            .selectFrom("appeals")
            .select("appeals.submission_id")
            .where("appeals.assignment_id", "=", assignment.id)
            .where("appeals.state", "=", "open"),
        )
        .then(sql<Flag>`1`)
        .else(sql<Flag>`0`)
        .end()
        .as("hasAppeal"),
      // Only what was taken back can be a draft again.
      each
        .case()
        .when(
          each.and([
            each("work.withdrawn_at", "is not", null),
            hasDraft(db, assignment.id, sql<string>`coalesce("work"."group_id", "work"."student_id")`),
          ]),
        )
        .then(sql<Flag>`1`)
        .else(sql<Flag>`0`)
        .end()
        .as("hasDraft"),
      each
        .case()
        .when("work.group_id", "is", null)
        .then(sql<number>`1`)
        .else(
          each
            .selectFrom("submission_members as member")
            .select(({ fn }) => fn.countAll<number>().as("members"))
            .whereRef("member.submission_id", "=", "work.id")
            .whereRef("member.attempt", "=", "work.attempt"),
        )
        .end()
        .as("members"),
      each
        .selectFrom("marks as mark")
        .select(({ fn }) => fn.countAll<number>().as("marks"))
        .whereRef("mark.submission_id", "=", "work.id")
        .whereRef("mark.attempt", "=", "work.attempt")
        .as("marks"),
      "grade.attempt as gradeAttempt",
      "grade.points_hundredths as hundredths",
      "grade.released_at as releasedAt",
    ])
    .$castTo<RosterRow>();
}

/** Students of now of whom there is nothing: no work of their own, and none of a group that they were in. */
function missingLines(db: Db, assignment: AssignmentsTable) {
  const students = studentsQuery(db, assignment.course_id).as("students");
  return (
    db
      .selectFrom(students)
      .where("students.isEnrolled", "=", 1)
      // Asked once for all of them, not again for each.
      .where("students.personId", "not in", (each) =>
        each
          .selectFrom("submissions as own")
          .select("own.student_id")
          .where("own.assignment_id", "=", assignment.id),
      )
      .where("students.personId", "not in", (each) =>
        each
          .selectFrom("submission_members as member")
          .innerJoin("submissions as joint", (join) =>
            join.onRef("joint.id", "=", "member.submission_id").onRef("joint.attempt", "=", "member.attempt"),
          )
          .select("member.student_id")
          .where("member.assignment_id", "=", assignment.id),
      )
      .select((each) => [
        sql<string | null>`null`.as("submissionId"),
        "students.personId as studentId",
        sql<number>`0`.as("attempt"),
        sql<number | null>`null`.as("receivedAt"),
        sql<Flag>`0`.as("isWithdrawn"),
        sql<Flag>`1`.as("isEnrolled"),
        sql<Flag>`0`.as("isLate"),
        sql<Flag>`0`.as("hasAppeal"),
        each
          .case()
          .when(hasDraft(db, assignment.id, sql<string>`"students"."personId"`))
          .then(sql<Flag>`1`)
          .else(sql<Flag>`0`)
          .end()
          .as("hasDraft"),
        sql<number>`1`.as("members"),
        sql<number>`0`.as("marks"),
        sql<number | null>`null`.as("gradeAttempt"),
        sql<number | null>`null`.as("hundredths"),
        sql<number | null>`null`.as("releasedAt"),
      ])
      .$castTo<RosterRow>()
  );
}

/** Whether the owner has a text or a file that waits to be handed in. */
function hasDraft(db: Db, assignmentId: string, ownerKey: ReturnType<typeof sql<string>>) {
  const text = db
    .selectFrom("submission_drafts as draft")
    .select("draft.version")
    .where("draft.assignment_id", "=", assignmentId)
    .where("draft.owner_key", "=", ownerKey)
    .where("draft.text", "<>", "");
  const file = db
    .selectFrom("submission_draft_files as file")
    .select("file.id")
    .where("file.assignment_id", "=", assignmentId)
    .where("file.owner_key", "=", ownerKey);
  return sql<boolean>`(exists ${text} or exists ${file})`;
}
