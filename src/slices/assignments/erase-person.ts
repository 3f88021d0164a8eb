/**
 * What goes of somebody's work when they are erased: their own submissions with everything that was said of them. The work
 * of a group stays as long as somebody else was in the group; then it is theirs.
 */
import { type EraseStep, erasedPersonId, rowErasureFor } from "#kernel/person-life.ts";
import { holderOfAttempt } from "./assignments.ts";
import { draftHolder } from "./drafts.ts";
import { feedbackFileHolder } from "./feedback-files.ts";
import type { AssignmentsTables } from "./tables.ts";

/** A file is three rows: its own, its hold and what is known of its bytes. */
const filesAtOnce = 80;
const rowsAtOnce = 300;

type Step = EraseStep<AssignmentsTables>;
const rowErasure = rowErasureFor<AssignmentsTables>();

export const eraseSubmission = rowErasure(async (step, [id = ""], personId) => {
  const { tx, count } = step;
  const work = await tx
    .selectFrom("submissions")
    .select(["id", "group_id"])
    .where("id", "=", id)
    .where("student_id", "=", personId)
    .executeTakeFirst();
  if (work === undefined) return false;
  const other =
    work.group_id === null
      ? undefined
      : await tx
          .selectFrom("submission_members")
          .select("student_id")
          .where("submission_id", "=", id)
          .where("student_id", "!=", personId)
          .orderBy("attempt", "desc")
          .orderBy("student_id")
          .limit(1)
          .executeTakeFirst();
  if (other !== undefined) {
    await tx.updateTable("submissions").set({ student_id: other.student_id }).where("id", "=", id).execute();
    count({ rows: 1 });
    return false;
  }
  return (
    (await dropFeedbackFiles(step, id)) ||
    (await dropFurtherFiles(step, id)) ||
    (await dropAttempts(step, id)) ||
    (await dropRows(step, id)) ||
    (await dropSubmission(step, id))
  );
});

/** The receipt of an attempt that a group keeps names whoever handed it in; with it goes the proof. */
export const eraseAttempt = rowErasure(async ({ tx, count }, [id = "", attempt = "0"], personId) => {
  const result = await tx
    .updateTable("submission_attempts")
    .set({ handed_in_by: erasedPersonId, receipt_text: null })
    .where("submission_id", "=", id)
    .where("attempt", "=", Number(attempt))
    .where("handed_in_by", "=", personId)
    .executeTakeFirst();
  count({ rows: Number(result.numUpdatedRows) });
  return false;
});

export const eraseDraftFile = rowErasure(async ({ tx, blobs, count }, [id = ""], personId) => {
  const file = await tx
    .selectFrom("submission_draft_files")
    .select("sha256")
    .where("id", "=", id)
    .where("owner_key", "=", personId)
    .executeTakeFirst();
  if (file === undefined) return false;
  await blobs.release(file.sha256, draftHolder(id));
  await tx.deleteFrom("submission_draft_files").where("id", "=", id).execute();
  count({ rows: 1, files: 1 });
  return false;
});

async function dropFeedbackFiles({ tx, blobs, count }: Step, id: string): Promise<boolean> {
  const files = await tx
    .selectFrom("feedback_files")
    .select(["id", "sha256"])
    .where("submission_id", "=", id)
    .limit(filesAtOnce)
    .execute();
  for (const file of files) {
    await blobs.release(file.sha256, feedbackFileHolder(file.id));
    await tx.deleteFrom("feedback_files").where("id", "=", file.id).execute();
  }
  count({ rows: files.length, files: files.length });
  return files.length > 0;
}

async function dropFurtherFiles({ tx, blobs, count }: Step, id: string): Promise<boolean> {
  const files = await tx
    .selectFrom("submission_files")
    .select(["attempt", "place", "sha256"])
    .where("submission_id", "=", id)
    .limit(filesAtOnce)
    .execute();
  for (const { attempt, place, sha256 } of files) {
    await blobs.release(sha256, holderOfAttempt(id, attempt));
    await tx
      .deleteFrom("submission_files")
      .where("submission_id", "=", id)
      .where("attempt", "=", attempt)
      .where("place", "=", place)
      .execute();
  }
  count({ rows: files.length, files: files.length });
  return files.length > 0;
}

async function dropAttempts({ tx, blobs, count }: Step, id: string): Promise<boolean> {
  const attempts = await tx
    .selectFrom("submission_attempts")
    .select(["attempt", "sha256", "file_name"])
    .where("submission_id", "=", id)
    .limit(filesAtOnce)
    .execute();
  for (const { attempt, sha256 } of attempts) {
    await blobs.release(sha256, holderOfAttempt(id, attempt));
    await tx
      .deleteFrom("submission_attempts")
      .where("submission_id", "=", id)
      .where("attempt", "=", attempt)
      .execute();
  }
  const files = attempts.filter(({ file_name }) => file_name !== "").length;
  count({ rows: attempts.length, files });
  return attempts.length > 0;
}

/** What was said of it and decided about it: some rows for each attempt. */
async function dropRows({ tx, count }: Step, id: string): Promise<boolean> {
  for (const table of ["appeals", "grade_changes"] as const) {
    const rows = await tx
      .selectFrom(table)
      .select("id")
      .where("submission_id", "=", id)
      .limit(rowsAtOnce)
      .execute();
    if (rows.length === 0) continue;
    await tx
      .deleteFrom(table)
      .where(
        "id",
        "in",
        rows.map((row) => row.id),
      )
      .execute();
    count({ rows: rows.length });
    return true;
  }
  return false;
}

async function dropSubmission({ tx, count }: Step, id: string): Promise<boolean> {
  for (const table of ["submission_members", "grades", "marks"] as const) {
    const result = await tx.deleteFrom(table).where("submission_id", "=", id).executeTakeFirst();
    count({ rows: Number(result.numDeletedRows) });
  }
  await tx.deleteFrom("submissions").where("id", "=", id).execute();
  count({ rows: 1 });
  return false;
}
