/**
 * Two accounts of one person that both handed in: one submission, with the attempts of both. The one whose latest attempt
 * is older takes up the other's attempts behind its own, so that the latest stays the latest; attempt by attempt, since
 * each may have many files. Where a receipt's attempt went is remembered, and no mark is lost.
 */
import type { Kysely } from "kysely";
import type { AccountMerge } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import { holderOfAttempt } from "./assignments.ts";
import { mergeMarks } from "./merge-marks.ts";
import type { AssignmentsTables, SubmissionsTable } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;
type WorkStep = Step<AssignmentsTables>;

export interface WorkPair {
  readonly from: SubmissionsTable;
  readonly into: SubmissionsTable;
}

/** Work of both accounts on the same assignment, where each student hands in for themselves. */
export async function bothHandedIn(
  db: Db,
  { from, into }: Pick<AccountMerge, "from" | "into">,
  limit: number,
): Promise<WorkPair[]> {
  const theirs = await db
    .selectFrom("submissions")
    .selectAll()
    .where("student_id", "=", from)
    .where("group_id", "is", null)
    .where("assignment_id", "in", (sub) =>
      sub
        .selectFrom("submissions as kept")
        .select("kept.assignment_id")
        .where("kept.student_id", "=", into)
        .where("kept.group_id", "is", null),
    )
    .orderBy("assignment_id")
    .limit(limit)
    .execute();
  if (theirs.length === 0) return [];
  const kept = await db
    .selectFrom("submissions")
    .selectAll()
    .where("student_id", "=", into)
    .where("group_id", "is", null)
    .where(
      "assignment_id",
      "in",
      theirs.map((row) => row.assignment_id),
    )
    .execute();
  return theirs.flatMap((row) => {
    const other = kept.find(({ assignment_id }) => assignment_id === row.assignment_id);
    return other === undefined ? [] : [{ from: row, into: other }];
  });
}

/** Does one step of uniting the work on one assignment; whether there is more, there or elsewhere. */
export async function mergeWork(step: WorkStep, merge: AccountMerge): Promise<boolean> {
  const [pair] = await bothHandedIn(step.tx, merge, 1);
  if (pair === undefined) return false;
  const [older, newer] = await inOrder(step.tx, pair);
  if (await moveNextAttempt(step, older, newer)) return true;
  await mergeMarks(step, { older, newer, merge });
  await endSubmission(step, { older, newer, merge });
  return true;
}

/** The one that takes up, then the one that is taken up; what was begun goes on the same way round. */
async function inOrder(
  db: Db,
  { from, into }: WorkPair,
): Promise<readonly [older: SubmissionsTable, newer: SubmissionsTable]> {
  const begun = await db
    .selectFrom("moved_attempts")
    .select(["submission_id", "to_submission_id"])
    .where("submission_id", "in", [from.id, into.id])
    .where("to_submission_id", "in", [from.id, into.id])
    .limit(1)
    .executeTakeFirst();
  if (begun !== undefined) return begun.submission_id === from.id ? [into, from] : [from, into];
  return (await latestOf(db, from)) > (await latestOf(db, into)) ? [into, from] : [from, into];
}

async function latestOf(db: Db, { id }: SubmissionsTable): Promise<number> {
  const { at } = await db
    .selectFrom("submission_attempts")
    .select((each) => each.fn.max<number | null>("received_at").as("at"))
    .where("submission_id", "=", id)
    .executeTakeFirstOrThrow();
  return Number(at ?? 0);
}

/** Moves the first attempt that is left, with its files; whether there was one. */
async function moveNextAttempt(
  { tx, blobs }: WorkStep,
  older: SubmissionsTable,
  newer: SubmissionsTable,
): Promise<boolean> {
  const next = await tx
    .selectFrom("submission_attempts")
    .selectAll()
    .where("submission_id", "=", newer.id)
    .orderBy("attempt")
    .limit(1)
    .executeTakeFirst();
  if (next === undefined) return false;
  const { attempt } = next;
  const further = await tx
    .selectFrom("submission_files")
    .selectAll()
    .where("submission_id", "=", newer.id)
    .where("attempt", "=", attempt)
    .execute();
  const place = { submission_id: older.id, attempt: older.attempt + 1 };
  for (const table of ["submission_attempts", "submission_files", "submission_members"] as const)
    await tx
      .updateTable(table)
      .set(place)
      .where("submission_id", "=", newer.id)
      .where("attempt", "=", attempt)
      .execute();
  for (const file of [...(next.file_name === "" ? [] : [next]), ...further]) {
    await blobs.hold(file, holderOfAttempt(place.submission_id, place.attempt));
    await blobs.release(file.sha256, holderOfAttempt(newer.id, attempt));
  }
  await tx
    .insertInto("moved_attempts")
    .values({
      ...{ submission_id: newer.id, attempt, course_id: older.course_id },
      ...{ to_submission_id: place.submission_id, to_attempt: place.attempt },
    })
    .execute();
  await tx.updateTable("submissions").set({ attempt: place.attempt }).where("id", "=", older.id).execute();
  return true;
}

/** The emptied one goes; the other is the kept account's, and stands as the newer one stood. */
async function endSubmission(
  { tx }: WorkStep,
  {
    older,
    newer,
    merge,
  }: { readonly older: SubmissionsTable; readonly newer: SubmissionsTable; readonly merge: AccountMerge },
): Promise<void> {
  for (const table of ["appeals", "feedback_files"] as const)
    await tx
      .updateTable(table)
      .set({ submission_id: older.id })
      .where("submission_id", "=", newer.id)
      .execute();
  await tx.deleteFrom("submissions").where("id", "=", newer.id).execute();
  await tx
    .updateTable("submissions")
    .set({
      student_id: merge.into,
      withdrawn_at: newer.withdrawn_at,
      version: Math.max(older.version, newer.version) + 1,
      updated_by: newer.updated_by,
      updated_at: newer.updated_at,
    })
    .where("id", "=", older.id)
    .execute();
}

/** Where an attempt is now that was handed in as this one. */
export async function placeOfAttempt(
  db: Db,
  submissionId: string,
  attempt: number,
): Promise<{ readonly submissionId: string; readonly attempt: number }> {
  let place = { submissionId, attempt };
  for (;;) {
    const moved = await db
      .selectFrom("moved_attempts")
      .select(["to_submission_id as submissionId", "to_attempt as attempt"])
      .where("submission_id", "=", place.submissionId)
      .where("attempt", "=", place.attempt)
      .executeTakeFirst();
    if (moved === undefined) return place;
    place = moved;
  }
}
