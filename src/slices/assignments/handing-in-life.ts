/** What students were about to hand in, their further files and their extensions, deleted with their course. */
import type { Step } from "#kernel/step.ts";
import { holderOfAttempt } from "./assignments.ts";
import { draftHolder } from "./drafts.ts";
import type { AssignmentsTables } from "./tables.ts";

const rowsPurgedAtOnce = 80;

/** Deletes a piece of it; whether there is more. Comes before the submissions and assignments that it belongs to. */
export async function purgeHandingIn(step: Step<AssignmentsTables>, courseId: string): Promise<boolean> {
  return (
    (await purgeFurtherFiles(step, courseId)) ||
    (await purgeMembers(step, courseId)) ||
    (await purgeDraftFiles(step, courseId)) ||
    (await purgeByCourse(step, courseId))
  );
}

async function purgeFurtherFiles({ tx, blobs }: Step<AssignmentsTables>, courseId: string): Promise<boolean> {
  const files = await tx
    .selectFrom("submission_files")
    .innerJoin("submissions", "submissions.id", "submission_files.submission_id")
    .select(["submission_id as id", "submission_files.attempt as attempt", "place", "sha256"])
    .where("submissions.course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  for (const { id, attempt, place, sha256 } of files) {
    await blobs.release(sha256, holderOfAttempt(id, attempt));
    await tx
      .deleteFrom("submission_files")
      .where("submission_id", "=", id)
      .where("attempt", "=", attempt)
      .where("place", "=", place)
      .execute();
  }
  return files.length > 0;
}

async function purgeMembers({ tx }: Step<AssignmentsTables>, courseId: string): Promise<boolean> {
  const members = await tx
    .selectFrom("submission_members")
    .innerJoin("submissions", "submissions.id", "submission_members.submission_id")
    .select(["submission_id as id", "submission_members.attempt as attempt"])
    .distinct()
    .where("submissions.course_id", "=", courseId)
    .limit(1)
    .execute();
  for (const { id, attempt } of members)
    await tx
      .deleteFrom("submission_members")
      .where("submission_id", "=", id)
      .where("attempt", "=", attempt)
      .execute();
  return members.length > 0;
}

async function purgeDraftFiles({ tx, blobs }: Step<AssignmentsTables>, courseId: string): Promise<boolean> {
  const files = await tx
    .selectFrom("submission_draft_files")
    .innerJoin("assignments", "assignments.id", "submission_draft_files.assignment_id")
    .select(["submission_draft_files.id as id", "sha256"])
    .where("assignments.course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  for (const { id, sha256 } of files) {
    await blobs.release(sha256, draftHolder(id));
    await tx.deleteFrom("submission_draft_files").where("id", "=", id).execute();
  }
  return files.length > 0;
}

async function purgeByCourse({ tx }: Step<AssignmentsTables>, courseId: string): Promise<boolean> {
  const assignments = await tx
    .selectFrom("submission_drafts")
    .innerJoin("assignments", "assignments.id", "submission_drafts.assignment_id")
    .select(["submission_drafts.assignment_id as id", "owner_key"])
    .where("assignments.course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  for (const { id, owner_key } of assignments)
    await tx
      .deleteFrom("submission_drafts")
      .where("assignment_id", "=", id)
      .where("owner_key", "=", owner_key)
      .execute();
  if (assignments.length > 0) return true;
  const extensions = await tx
    .selectFrom("assignment_extensions")
    .innerJoin("assignments", "assignments.id", "assignment_extensions.assignment_id")
    .select("assignment_extensions.id as id")
    .where("assignments.course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  for (const { id } of extensions)
    await tx.deleteFrom("assignment_extensions").where("id", "=", id).execute();
  if (extensions.length > 0) return true;
  const moved = await tx
    .selectFrom("moved_attempts")
    .select(["submission_id", "attempt"])
    .where("course_id", "=", courseId)
    .limit(rowsPurgedAtOnce)
    .execute();
  for (const { submission_id, attempt } of moved)
    await tx
      .deleteFrom("moved_attempts")
      .where("submission_id", "=", submission_id)
      .where("attempt", "=", attempt)
      .execute();
  return moved.length > 0;
}
