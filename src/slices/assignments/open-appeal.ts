/** Asking for another look at a grade. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { personOf } from "#kernel/policy.ts";
import { appealRefused, appealsOf, latestAppeal, mayAppeal } from "./appeal.ts";
import { assignmentRow } from "./assignments.ts";
import { appealOpened } from "./events.ts";
import { ownsGrade } from "./grading-policy.ts";
import { Appeal, reasonField } from "./grading-schema.ts";
import { gradingRow } from "./grading-settings.ts";
import { submissionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Opens an appeal against one's own released grade: once for each release, within the days that are set for it. */
export const openAppeal = operation({
  name: "assignments.openAppeal",
  summary: "Asks those who teach to look at your grade again, with the reason.",
  kind: "command",
  input: z.strictObject({ submissionId: submissionIdField, reason: reasonField.min(1) }),
  output: Appeal,
  policy: ownsGrade,
  refusals: {
    appeal_not_released: "failed_precondition",
    appeal_not_offered: "failed_precondition",
    appeal_over: "failed_precondition",
    appeal_open: "failed_precondition",
    appeal_answered: "failed_precondition",
  },
  async handle({ input, actor, tx, now, newId, emit }) {
    const { submissionId, reason } = input;
    const { personId: studentId } = personOf(actor);
    const grade = await tx
      .selectFrom("grades")
      .selectAll()
      .where("submission_id", "=", submissionId)
      .where("student_id", "=", studentId)
      .executeTakeFirstOrThrow();
    const assignment = await assignmentRow(tx, grade.assignment_id);
    const { appeal_days: appealDays } = await gradingRow(tx, assignment);
    const earlier = await latestAppeal(tx, { submissionId, studentId });
    const decision = mayAppeal({ releasedAt: grade.released_at, appealDays, earlier, now });
    if (!decision.may) throw appealRefused(decision.why);
    const row = {
      id: newId(),
      submission_id: submissionId,
      student_id: studentId,
      assignment_id: grade.assignment_id,
      course_id: grade.course_id,
      released_at: grade.released_at ?? now,
      points_hundredths: grade.points_hundredths,
      reason,
      state: "open",
      outcome: null,
      answer: "",
      opened_at: now,
      answered_by: null,
      answered_at: null,
      reopened: 0,
      version: 1,
      updated_by: studentId,
      updated_at: now,
    } as const;
    await tx.insertInto("appeals").values(row).execute();
    emit(appealOpened, {
      assignmentId: grade.assignment_id,
      courseId: grade.course_id,
      submissionId,
      studentId,
      appealId: row.id,
    });
    return present((await appealsOf(tx, [row]))[0], "one row makes one appeal");
  },
});
