/** Answering a student's appeal. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, requireVersion, versionField } from "#slices/courses/api.ts";
import { appealsOf } from "./appeal.ts";
import { appealAnswered } from "./events.ts";
import { appealIdField, appealRow, gradesAppeal } from "./grading-policy.ts";
import { Appeal, AppealOutcome, reasonField } from "./grading-schema.ts";
import type { AppealsTable } from "./grading-tables.ts";
import { type AssignmentsTables, operation } from "./tables.ts";

/** Answers an appeal. Where the outcome is a changed mark, the mark has to be changed first. */
export const answerAppeal = operation({
  name: "assignments.answerAppeal",
  summary: "Answers a student's appeal: the grade was changed, or it stays, and why.",
  kind: "command",
  input: z.strictObject({
    appealId: appealIdField,
    version: versionField("the appeal"),
    outcome: AppealOutcome,
    answer: reasonField.min(1),
  }),
  output: Appeal,
  policy: gradesAppeal,
  refusals: {
    stale_version: "conflict",
    appeal_answered: "failed_precondition",
    grade_unchanged: "failed_precondition",
  },
  async handle({ input, actor, tx, now, emit }) {
    const row = await appealRow(tx, input.appealId);
    await requireVersion(tx, "this appeal", row, input.version);
    if (row.state === "answered") throw new Refusal("appeal_answered", "This appeal was answered already.");
    if (input.outcome === "changed") await requireChanged(tx, row);
    const by = changedBy(actor);
    const change = {
      state: "answered",
      outcome: input.outcome,
      answer: input.answer,
      answered_by: by,
      answered_at: now,
      version: row.version + 1,
      updated_by: by,
      updated_at: now,
    } as const;
    await tx.updateTable("appeals").set(change).where("id", "=", row.id).execute();
    emit(appealAnswered, {
      assignmentId: row.assignment_id,
      courseId: row.course_id,
      submissionId: row.submission_id,
      studentId: row.student_id,
      appealId: row.id,
    });
    return present((await appealsOf(tx, [{ ...row, ...change }]))[0], "one row makes one appeal");
  },
});

async function requireChanged(tx: Kysely<AssignmentsTables>, appeal: AppealsTable): Promise<void> {
  const change = await tx
    .selectFrom("grade_changes")
    .select("id")
    .where("submission_id", "=", appeal.submission_id)
    .where("student_id", "=", appeal.student_id)
    .where("kind", "in", ["graded", "agreed", "rubric"])
    // Ids sort by time, and so does what came after the appeal.
    .where("id", ">", appeal.id)
    .limit(1)
    .executeTakeFirst();
  if (change === undefined)
    throw new Refusal(
      "grade_unchanged",
      "The grade is as it was when the appeal came in. Change it first, or answer that it stays.",
    );
}
