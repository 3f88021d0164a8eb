/** Taking back what was handed in. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { isLate } from "./dates.ts";
import { draftFiles, draftHolder, draftOf, draftRow, touchDraft } from "./drafts.ts";
import { submissionWithdrawn } from "./events.ts";
import { standingOf, stateOf } from "./handing-in.ts";
import { submissionOf } from "./owners.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, Draft } from "./schema.ts";
import { withdraw } from "./submission.ts";
import {
  type AssignmentsTables,
  operation,
  type SubmissionAttemptsTable,
  type SubmissionsTable,
} from "./tables.ts";

/**
 * Takes the latest attempt back: nothing is handed in any more. The attempt stays in the student's history, and what was
 * in it is put back into the draft where the draft is empty.
 */
export const withdrawSubmission = operation({
  name: "assignments.withdrawSubmission",
  summary: "Takes back what you have handed in, as long as the assignment lets you.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    attempt: z.int().min(1).meta({ description: "The attempt that you mean: the latest one." }),
  }),
  output: Draft,
  policy: handsInAssignment,
  refusals: {
    stale_version: "conflict",
    already_graded: "failed_precondition",
    nothing_handed_in: "failed_precondition",
    withdrawal_closed: "failed_precondition",
    upload_expired: "failed_precondition",
  },
  async handle({ input, actor, tx, now, newId, emit, blobs }) {
    const { personId } = personOf(actor);
    const standing = await standingOf(tx, input.assignmentId, personId);
    const { assignment, owner, dates } = standing;
    const row = await submissionOf(tx, assignment.id, owner);
    if (row === undefined)
      throw new Refusal("nothing_handed_in", "Nothing is handed in that could be taken back.");
    if (row.attempt !== input.attempt)
      throw new Refusal("stale_version", `Meanwhile attempt ${row.attempt} was handed in. Look at it first.`);
    const rule = { rule: assignment.withdrawal, isPastDue: isLate(dates.dueAt, now) };
    const next = withdraw(await stateOf(tx, row), rule);
    const changes = { withdrawn_at: now, version: next.version, updated_by: personId, updated_at: now };
    await tx.updateTable("submissions").set(changes).where("id", "=", row.id).execute();
    const ofAttempt = { submission_id: row.id, attempt: row.attempt };
    const attempt = await tx
      .updateTable("submission_attempts")
      .set({ withdrawn_at: now })
      .where("submission_id", "=", row.id)
      .where("attempt", "=", row.attempt)
      .returningAll()
      .executeTakeFirstOrThrow();
    const facts = { assignmentId: assignment.id, courseId: assignment.course_id, submissionId: row.id };
    const studentIds = await studentsOfAttempt(tx, row, personId);
    emit(submissionWithdrawn, { ...facts, studentId: personId, studentIds, attempt: row.attempt });

    const draft = await draftRow(tx, standing);
    const isEmpty = (draft?.text ?? "") === "" && (await draftFiles(tx, standing)).length === 0;
    if (isEmpty) {
      const further = await tx
        .selectFrom("submission_files")
        .selectAll()
        .where("submission_id", "=", ofAttempt.submission_id)
        .where("attempt", "=", ofAttempt.attempt)
        .orderBy("place")
        .execute();
      const files = [...firstOf(attempt), ...further].map((file) => ({
        id: newId(),
        assignment_id: assignment.id,
        owner_key: owner.key,
        file_name: file.file_name,
        media_type: file.media_type,
        bytes: file.bytes,
        sha256: file.sha256,
        added_by: personId,
        added_at: now,
      }));
      for (const file of files) await blobs.hold(file, draftHolder(file.id));
      if (files.length > 0) await tx.insertInto("submission_draft_files").values(files).execute();
      await touchDraft({ tx, now }, standing, personId, draft, attempt.text_answer ?? "");
    }
    return draftOf(tx, standing);
  },
});

function firstOf(attempt: SubmissionAttemptsTable): SubmissionAttemptsTable[] {
  return attempt.file_name === "" ? [] : [attempt];
}

/** Whose work it was: the group may have other members by now. */
async function studentsOfAttempt(
  tx: Kysely<AssignmentsTables>,
  { id, attempt, group_id }: Pick<SubmissionsTable, "id" | "attempt" | "group_id">,
  personId: string,
): Promise<string[]> {
  if (group_id === null) return [personId];
  const members = await tx
    .selectFrom("submission_members")
    .select("student_id")
    .where("submission_id", "=", id)
    .where("attempt", "=", attempt)
    .orderBy("student_id")
    .execute();
  return members.map(({ student_id }) => student_id);
}
