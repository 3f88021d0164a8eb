/** Giving grades: what a grader gives becomes a row for everyone whose work it is, with what lateness costs, and history. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import type { EventType } from "#kernel/event.ts";
import { courseTimeZone } from "#slices/courses/api.ts";
import { gradeChanged, submissionGraded } from "./events.ts";
import { datesOf, extensionOf } from "./extensions.ts";
import type { GradeChangesTable } from "./grading-tables.ts";
import { type LatePolicy, reducedHundredths, reductionPercent } from "./late-policy.ts";
import { toHundredths } from "./points.ts";
import type { NameView } from "./pseudonyms.ts";
import { type Choice, pointsOfChoices } from "./rubric.ts";
import { levelsColumn, refuseWhileApplying, rubricsInForce } from "./rubrics.ts";
import { grade } from "./submission.ts";
import type { AssignmentsTable, AssignmentsTables, GradesTable, SubmissionsTable } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

/** What a grader says a piece of work is worth. */
export interface GivenMark {
  readonly hundredths: number;
  readonly levels: string | null;
  readonly rubricVersion: number | null;
  readonly feedback: string;
}

/** What is needed to write: the context of a command, or of a step in the background. */
export interface GradeContext {
  readonly tx: Db;
  readonly now: number;
  readonly by: string;
  readonly newId: () => string;
  readonly emit: <Data extends JsonObject>(type: EventType<Data>, data: Data) => void;
}

/** Reads the mark out of points or levels; one of the two must be given. */
export async function givenMark(
  tx: Db,
  assignment: AssignmentsTable,
  input: {
    readonly points?: number | undefined;
    readonly levels?: readonly Choice[] | undefined;
    readonly feedback: string;
  },
): Promise<GivenMark> {
  const rubrics = await rubricsInForce(tx, assignment.id);
  refuseWhileApplying(rubrics);
  const { feedback, levels, points } = input;
  if ((points === undefined) === (levels === undefined))
    throw invalidField("points", "Give either points, or a level for each criterion of the rubric.");
  if (levels === undefined) {
    const hundredths = requireWithin(toHundredths(points ?? 0), assignment.points_max_hundredths);
    return { hundredths, levels: null, rubricVersion: null, feedback };
  }
  const { current } = rubrics;
  if (current === null || current.criteria.length === 0)
    throw invalidField("levels", "This assignment has no rubric; give points.");
  return {
    hundredths: pointsOfChoices(current.criteria, levels),
    levels: levelsColumn(levels),
    rubricVersion: current.row.version,
    feedback,
  };
}

/** Refuses points beyond what the assignment gives. */
function requireWithin(hundredths: number, hundredthsMax: number): number {
  const fresh = { attempt: 1, withdrawn: false, version: 1, grade: null };
  return present(grade(fresh, { hundredths, hundredthsMax }).grade, "it was just given").hundredths;
}

/** Whose work the latest attempt is: the student's, or everybody's who was in the group. */
export async function membersOf(db: Db, work: SubmissionsTable): Promise<readonly string[]> {
  if (work.group_id === null) return [work.student_id];
  const rows = await db
    .selectFrom("submission_members")
    .select("student_id")
    .where("submission_id", "=", work.id)
    .where("attempt", "=", work.attempt)
    .orderBy("student_id")
    .execute();
  return rows.length === 0 ? [work.student_id] : rows.map((row) => row.student_id);
}

/** What lateness costs this work by the policy and dates of now, and when it was due. */
export async function latenessOf(
  db: Db,
  assignment: AssignmentsTable,
  work: SubmissionsTable,
): Promise<{ readonly percent: number; readonly dueAt: number | null }> {
  const policy: LatePolicy = {
    kind: assignment.late_policy,
    percent: assignment.late_percent,
    floorPercent: assignment.late_floor_percent,
  };
  if (policy.kind === "none") return { percent: 0, dueAt: null };
  const attempt = await db
    .selectFrom("submission_attempts")
    .select("received_at")
    .where("submission_id", "=", work.id)
    .where("attempt", "=", work.attempt)
    .executeTakeFirstOrThrow();
  const extension = await extensionOf(db, assignment.id, work.group_id ?? work.student_id);
  const { dueAt } = datesOf(assignment, extension);
  const timeZone = await courseTimeZone(db, assignment.course_id);
  return { percent: reductionPercent(policy, { dueAt, receivedAt: attempt.received_at, timeZone }), dueAt };
}

/** The points that count after `percent` of them are lost. */
export function afterLateness(rawHundredths: number, percent: number): number {
  const fixed: LatePolicy = { kind: "fixed", percent, floorPercent: 0 };
  return reducedHundredths(rawHundredths, fixed, { dueAt: 0, receivedAt: 1, timeZone: "UTC" });
}

/** Refuses work that was taken back, and a mark that is meant for somebody else. */
export function requireGradable(
  work: SubmissionsTable,
  { studentId, names }: { readonly studentId: string | undefined; readonly names: NameView },
): void {
  if (studentId !== undefined && studentId !== names.idOf(work.student_id))
    throw invalidField("studentId", "This submission is another student's. Nothing was graded.");
  if (work.withdrawn_at !== null)
    throw new Refusal(
      "withdrawn",
      "This work was withdrawn: there is nothing to grade until it is handed in again.",
      {
        kind: "failed_precondition",
      },
    );
}

/** The adjustments by the true ids of the members, who may be known to the grader by pseudonyms only. */
export async function adjustedBy(
  db: Db,
  work: SubmissionsTable,
  given: readonly { readonly studentId: string; readonly points: number }[],
  { names, hundredthsMax }: { readonly names: NameView; readonly hundredthsMax: number },
): Promise<ReadonlyMap<string, number>> {
  if (given.length === 0) return new Map();
  const members = new Map((await membersOf(db, work)).map((studentId) => [names.idOf(studentId), studentId]));
  return new Map(
    given.map(({ studentId, points }, at) => {
      const member = members.get(studentId);
      if (member === undefined)
        throw invalidField(`adjustments.${at}.studentId`, "This person did not take part in this work.");
      return [member, requireWithin(toHundredths(points), hundredthsMax)];
    }),
  );
}

export interface PlannedGrade {
  readonly assignment: AssignmentsTable;
  readonly work: SubmissionsTable;
  readonly mark: GivenMark;
  readonly kind: "graded" | "agreed";
  readonly reason: string;
  readonly waivesLateness: boolean;
  /** Points of members of a group that differ from the group's, by the student's id. */
  readonly adjusted: ReadonlyMap<string, number>;
}

/** Writes the grade of everyone whose work it is, and the history of each. */
export async function putGrades(context: GradeContext, planned: PlannedGrade): Promise<void> {
  const { tx, now, by, emit } = context;
  const { assignment, work, mark } = planned;
  const members = await membersOf(tx, work);
  const late = await latenessOf(tx, assignment, work);
  const percent = planned.waivesLateness ? 0 : late.percent;
  const before = await gradesOf(tx, work.id);
  for (const studentId of members) {
    const raw = planned.adjusted.get(studentId) ?? mark.hundredths;
    const earlier = before.get(studentId);
    const row = {
      attempt: work.attempt,
      points_hundredths: afterLateness(raw, percent),
      raw_hundredths: raw,
      late_percent: percent,
      late_due_at: percent === 0 ? null : late.dueAt,
      levels: mark.levels,
      rubric_version: mark.rubricVersion,
      feedback: mark.feedback,
      graded_by: by,
      graded_at: now,
    };
    await tx
      .insertInto("grades")
      .values({
        submission_id: work.id,
        student_id: studentId,
        course_id: work.course_id,
        assignment_id: work.assignment_id,
        released_at: null,
        release_id: null,
        ...row,
      })
      .onConflict((conflict) => conflict.columns(["submission_id", "student_id"]).doUpdateSet(row))
      .execute();
    await addChange(context, {
      kind: planned.kind,
      grade: { ...work, ...row, submission_id: work.id, student_id: studentId },
      from: earlier?.points_hundredths ?? null,
      reason: planned.reason,
    });
    const facts = {
      assignmentId: work.assignment_id,
      courseId: work.course_id,
      submissionId: work.id,
      studentId,
    };
    emit(submissionGraded, { ...facts, attempt: work.attempt });
    if (earlier !== undefined && earlier.released_at !== null) emit(gradeChanged, facts);
  }
}

/** Adds a line to the history of a grade. */
export async function addChange(
  { tx, now, by, newId }: Omit<GradeContext, "emit">,
  change: {
    readonly kind: GradeChangesTable["kind"];
    readonly grade: Pick<
      GradesTable,
      | "submission_id"
      | "student_id"
      | "assignment_id"
      | "course_id"
      | "attempt"
      | "points_hundredths"
      | "raw_hundredths"
      | "late_percent"
      | "levels"
      | "rubric_version"
      | "feedback"
    >;
    readonly from: number | null;
    readonly reason: string;
  },
): Promise<void> {
  const { grade: given } = change;
  await tx
    .insertInto("grade_changes")
    .values({
      id: newId(),
      submission_id: given.submission_id,
      student_id: given.student_id,
      assignment_id: given.assignment_id,
      course_id: given.course_id,
      kind: change.kind,
      attempt: given.attempt,
      from_hundredths: change.from,
      to_hundredths: given.points_hundredths,
      raw_hundredths: given.raw_hundredths ?? given.points_hundredths,
      late_percent: given.late_percent,
      levels: given.levels,
      rubric_version: given.rubric_version,
      feedback: given.feedback,
      reason: change.reason,
      changed_by: by,
      changed_at: now,
    })
    .execute();
}

async function gradesOf(tx: Db, submissionId: string): Promise<ReadonlyMap<string, GradesTable>> {
  const rows = await tx.selectFrom("grades").selectAll().where("submission_id", "=", submissionId).execute();
  return new Map(rows.map((row) => [row.student_id, row]));
}
