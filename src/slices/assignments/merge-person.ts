/** Two accounts of one person in assignments: what takes more than giving rows another name. */
import type { Kysely } from "kysely";
import { type AccountMerge, conflictsShownMax, type MergeConflict } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import { standingGrade } from "./merge-marks.ts";
import { bothHandedIn, mergeWork } from "./merge-work.ts";
import { textAnswerLengthMax } from "./schema.ts";
import type { AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

const rowsPerStep = 50;

/** Unites the next piece; whether there is more. */
export async function mergeInAssignments(
  step: Step<AssignmentsTables>,
  merge: AccountMerge,
): Promise<boolean> {
  return (await mergeDrafts(step, merge)) || (await mergeExtensions(step, merge)) || mergeWork(step, merge);
}

/** The texts of both, one under the other: whoever writes on throws away what is too much. Files go over by themselves. */
async function mergeDrafts({ tx }: Step<AssignmentsTables>, { from, into }: AccountMerge): Promise<boolean> {
  const both = await tx
    .selectFrom("submission_drafts as theirs")
    .innerJoin("submission_drafts as kept", (join) =>
      join.onRef("kept.assignment_id", "=", "theirs.assignment_id").on("kept.owner_key", "=", into),
    )
    .select([
      ...(["theirs.assignment_id as assignmentId", "theirs.text as text"] as const),
      ...(["theirs.updated_at as at", "kept.text as keptText", "kept.updated_at as keptAt"] as const),
    ])
    .where("theirs.owner_key", "=", from)
    .limit(rowsPerStep)
    .execute();
  for (const { assignmentId, text, at, keptText, keptAt } of both) {
    await tx
      .deleteFrom("submission_drafts")
      .where("assignment_id", "=", assignmentId)
      .where("owner_key", "=", from)
      .execute();
    await tx
      .updateTable("submission_drafts")
      .set((each) => ({
        text: unitedText(at > keptAt ? [keptText, text] : [text, keptText]),
        version: each("version", "+", 1),
      }))
      .where("assignment_id", "=", assignmentId)
      .where("owner_key", "=", into)
      .execute();
  }
  return both.length === rowsPerStep;
}

/** The older text first; where both are too long together, the newer one alone. */
export function unitedText([older, newer]: readonly [string, string]): string {
  if (older.trim() === newer.trim() || older.trim() === "") return newer;
  if (newer.trim() === "") return older;
  const united = `${older}\n\n---\n\n${newer}`;
  return united.length <= textAnswerLengthMax ? united : newer;
}

/** Whoever was given more time on either account has it. */
async function mergeExtensions(
  { tx }: Step<AssignmentsTables>,
  { from, into }: AccountMerge,
): Promise<boolean> {
  const theirs = await tx
    .selectFrom("assignment_extensions")
    .selectAll()
    .where("owner_key", "=", from)
    .where("assignment_id", "in", (sub) =>
      sub
        .selectFrom("assignment_extensions as kept")
        .select("kept.assignment_id")
        .where("kept.owner_key", "=", into),
    )
    .limit(rowsPerStep)
    .execute();
  for (const row of theirs) {
    const kept = await tx
      .selectFrom("assignment_extensions")
      .selectAll()
      .where("assignment_id", "=", row.assignment_id)
      .where("owner_key", "=", into)
      .executeTakeFirstOrThrow();
    await tx.deleteFrom("assignment_extensions").where("id", "=", row.id).execute();
    await tx
      .updateTable("assignment_extensions")
      .set({
        due_at: later(kept.due_at, row.due_at),
        until_at: later(kept.until_at, row.until_at),
        extra_attempts: Math.max(kept.extra_attempts, row.extra_attempts),
        reason: kept.reason === "" ? row.reason : kept.reason,
        version: kept.version + 1,
      })
      .where("id", "=", kept.id)
      .execute();
  }
  return theirs.length === rowsPerStep;
}

/** Null: the assignment's own date, which an extension only ever moves back. */
function later(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

/** Work that both handed in, with its marks. */
export async function conflictsInAssignments(db: Db, merge: AccountMerge): Promise<MergeConflict[]> {
  const pairs = await bothHandedIn(db, merge, conflictsShownMax);
  if (pairs.length === 0) return [];
  const assignments = await db
    .selectFrom("assignments")
    .select(["id", "title"])
    .where(
      "id",
      "in",
      pairs.map(({ into }) => into.assignment_id),
    )
    .execute();
  const grades = await db
    .selectFrom("grades")
    .selectAll()
    .where(
      "submission_id",
      "in",
      pairs.flatMap(({ from, into }) => [from.id, into.id]),
    )
    .execute();
  const gradeOf = ({ id }: { readonly id: string }) =>
    grades.find(({ submission_id }) => submission_id === id);
  return pairs.flatMap(({ from, into }) => {
    const about = assignments.find(({ id }) => id === into.assignment_id)?.title ?? "";
    const work = {
      ...{ code: "both_handed_in", about },
      ...{ into: String(into.attempt), from: String(from.attempt) },
      result: String(into.attempt + from.attempt),
    };
    const [kept, other] = [gradeOf(into), gradeOf(from)];
    if (kept === undefined || other === undefined) return [work];
    const points = ({ points_hundredths }: typeof kept) => String(points_hundredths / 100);
    const standing = standingGrade(kept, other) ?? kept;
    const marks = {
      ...{ code: "both_graded", about },
      ...{ into: points(kept), from: points(other), result: points(standing) },
    };
    return [work, marks];
  });
}
