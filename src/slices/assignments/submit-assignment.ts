/** Handing in work. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { type FileKindName, fileRefusals, pagesOf, requireKind } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { personOf } from "#kernel/policy.ts";
import { assignmentRow, holderOfAttempt } from "./assignments.ts";
import { isLate } from "./dates.ts";
import { submissionReceived } from "./events.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, SubmissionReceipt, submissionBytesMax } from "./schema.ts";
import { handIn, type SubmissionState } from "./submission.ts";
import { type AssignmentsTables, operation, type SubmissionsTable } from "./tables.ts";

const kindsTaken: readonly FileKindName[] = [
  "pdf",
  "png",
  "jpeg",
  "gif",
  "webp",
  "text",
  "document",
  "zip",
  "audio",
  "video",
];

/**
 * Takes a file as the student's next attempt and gives a receipt for it. Work that comes late is taken and marked so.
 * Earlier attempts are kept; the latest one is graded.
 */
export const submitAssignment = operation({
  name: "assignments.submitAssignment",
  summary: "Hands in a file for an assignment, and gives a receipt with its hash.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ assignmentId: assignmentIdField, uploadId: uploadIdField }),
  output: SubmissionReceipt,
  policy: handsInAssignment,
  refusals: {
    ...fileRefusals,
    already_graded: "failed_precondition",
    attempts_exhausted: "failed_precondition",
  },
  async prepare({ blob, services }) {
    const file = present(blob, "the call has brought the upload");
    requireKind(file, kindsTaken);
    if (file.bytes > submissionBytesMax)
      throw new Refusal("too_large", `A submission has at most ${submissionBytesMax} bytes.`);
    // Opened only to refuse now what a grader could not open later.
    await pagesOf(file, services);
  },
  async handle({ input, actor, tx, now, newId, emit, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const { personId: studentId } = personOf(actor);
    const assignment = await assignmentRow(tx, input.assignmentId);
    const earlier = await findOwn(tx, assignment.id, studentId);
    const { attempt, version } = handIn(earlier?.state ?? null);
    const submissionId = earlier?.row.id ?? newId();
    const late = isLate(assignment.due_at, now);
    const facts = { assignmentId: assignment.id, courseId: assignment.course_id, submissionId, studentId };
    const moved = { attempt, version, updated_by: studentId, updated_at: now };
    await tx
      .insertInto("submissions")
      .values({
        id: submissionId,
        course_id: assignment.course_id,
        assignment_id: assignment.id,
        student_id: studentId,
        ...moved,
      })
      .onConflict((conflict) =>
        conflict.columns(["assignment_id", "student_id"]).where("group_id", "is", null).doUpdateSet(moved),
      )
      .execute();
    await blobs.hold(file, holderOfAttempt(submissionId, attempt));
    await tx
      .insertInto("submission_attempts")
      .values({
        submission_id: submissionId,
        attempt,
        file_name: file.fileName,
        media_type: file.mediaType,
        bytes: file.bytes,
        sha256: file.sha256,
        received_at: now,
        late: late ? 1 : 0,
      })
      .execute();
    emit(submissionReceived, { ...facts, attempt });
    const { fileName, bytes, sha256 } = file;
    return {
      submissionId,
      assignmentId: assignment.id,
      attempt,
      fileName,
      bytes,
      sha256,
      receivedAt: now,
      late,
    };
  },
});

async function findOwn(
  tx: Kysely<AssignmentsTables>,
  assignmentId: string,
  studentId: string,
): Promise<{ readonly row: SubmissionsTable; readonly state: SubmissionState } | null> {
  const row = await tx
    .selectFrom("submissions")
    .selectAll()
    .where("assignment_id", "=", assignmentId)
    .where("student_id", "=", studentId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const grade = await tx
    .selectFrom("grades")
    .select(["attempt", "points_hundredths as hundredths", "released_at as releasedAt"])
    .where("submission_id", "=", row.id)
    .where("student_id", "=", studentId)
    .executeTakeFirst();
  return { row, state: { attempt: row.attempt, version: row.version, grade: grade ?? null } };
}
