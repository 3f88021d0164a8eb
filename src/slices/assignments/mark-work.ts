/** What a mark and a grade that two agree on have in common: what they are given by, to which work, and what follows. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { idField, versionField } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { requireUnchanged } from "./changed-work.ts";
import {
  adjustedBy,
  type GivenMark,
  type GradeContext,
  type PlannedGrade,
  putGrades,
  requireGradable,
} from "./grade-writer.ts";
import {
  adjustmentsMax,
  ChosenLevelInput,
  criteriaMax,
  type Marking,
  reasonField,
} from "./grading-schema.ts";
import { gradingRow } from "./grading-settings.ts";
import { type NameView, nameView } from "./pseudonyms.ts";
import { feedbackField, pointsField, type SubmittedWork, submissionIdField } from "./schema.ts";
import type { AssignmentsTable, AssignmentsTables, SubmissionsTable } from "./tables.ts";
import { workOf } from "./work.ts";

export const MarkInput = z.strictObject({
  submissionId: submissionIdField,
  studentId: idField("the student, as a second check that the mark goes where you mean").optional(),
  points: pointsField.optional(),
  levels: z
    .array(ChosenLevelInput)
    .max(criteriaMax)
    .optional()
    .meta({ description: "A level for each criterion of the rubric, instead of points." }),
  feedback: feedbackField.default(""),
  version: versionField("the submission"),
  reason: reasonField.default(""),
  waivesLateness: z.boolean().default(false).meta({
    description: "Whether lateness costs nothing here, whatever the assignment's policy.",
  }),
  adjustments: z
    .array(z.strictObject({ studentId: idField("the member"), points: pointsField }))
    .max(adjustmentsMax)
    .default([])
    .meta({ description: "For work of a group: members whose points differ from the group's." }),
});
export type MarkInput = z.output<typeof MarkInput>;

/** What refuses a mark, however it comes about. */
export const markRefusals = {
  stale_version: "conflict",
  rubric_changing: "conflict",
  withdrawn: "failed_precondition",
  not_marker: "forbidden",
} as const;

export interface WorkToMark {
  readonly work: SubmissionsTable;
  readonly assignment: AssignmentsTable;
  readonly names: NameView;
  readonly marking: Marking;
}

/** The work that a mark is for; refused where there is nothing to grade, or not what the grader saw. */
export async function workToMark(
  tx: Kysely<AssignmentsTables>,
  { submissionId, studentId, version }: MarkInput,
): Promise<WorkToMark> {
  const work = await tx
    .selectFrom("submissions")
    .selectAll()
    .where("id", "=", submissionId)
    .executeTakeFirstOrThrow();
  const names = await nameView(tx, work.assignment_id, [work.student_id]);
  requireGradable(work, { studentId, names });
  await requireUnchanged(tx, work, { seen: version, names });
  const assignment = await assignmentRow(tx, work.assignment_id);
  const { marking } = await gradingRow(tx, assignment);
  return { work, assignment, names, marking };
}

/** Makes the mark the grade of everyone whose work it is. */
export async function gradeWork(
  context: GradeContext,
  { work, assignment, names }: WorkToMark,
  given: Pick<MarkInput, "adjustments" | "reason" | "waivesLateness"> & {
    readonly mark: GivenMark;
    readonly kind: PlannedGrade["kind"];
  },
): Promise<void> {
  const hundredthsMax = assignment.points_max_hundredths;
  const adjusted = await adjustedBy(context.tx, work, given.adjustments, { names, hundredthsMax });
  await putGrades(context, { ...given, assignment, work, adjusted });
}

/** The work after it was marked, a version further, so that whoever else looks at it hears of that. */
export async function markedWork(
  { tx, by, now }: Pick<GradeContext, "tx" | "by" | "now">,
  { work, assignment }: WorkToMark,
): Promise<SubmittedWork> {
  const moved = { version: work.version + 1, updated_by: by, updated_at: now };
  await tx.updateTable("submissions").set(moved).where("id", "=", work.id).execute();
  const [output] = await workOf(tx, assignment, [{ ...work, ...moved }]);
  return present(output, "one row makes one piece of work");
}

/** Which of the two marks are there, by whom and for which attempt. */
export async function marksGiven(tx: Kysely<AssignmentsTables>, submissionId: string) {
  return tx
    .selectFrom("marks")
    .select(["place", "marker_id as markerId", "attempt"])
    .where("submission_id", "=", submissionId)
    .orderBy("place")
    .execute();
}
