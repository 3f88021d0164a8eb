/** The marks of two pieces of work that become one: all of them in the history, the better one standing. */
import type { AccountMerge } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import type { GradeChangesTable } from "./grading-tables.ts";
import type { AssignmentsTables, GradesTable, SubmissionsTable } from "./tables.ts";

type WorkStep = Step<AssignmentsTables>;

interface TwoWorks {
  readonly older: SubmissionsTable;
  /** All of its attempts have gone over to the older one. */
  readonly newer: SubmissionsTable;
  readonly merge: AccountMerge;
}

/** What the student has been shown counts before what they have not; then the better mark, then the newer work's. */
export function standingGrade<Grade extends Pick<GradesTable, "points_hundredths" | "released_at">>(
  older: Grade | undefined,
  newer: Grade | undefined,
): Grade | undefined {
  if (older === undefined || newer === undefined) return newer ?? older;
  if ((older.released_at === null) !== (newer.released_at === null))
    return older.released_at === null ? newer : older;
  return older.points_hundredths > newer.points_hundredths ? older : newer;
}

/** Brings grades, marks and their history to the older submission. */
export async function mergeMarks(step: WorkStep, works: TwoWorks): Promise<void> {
  const { tx } = step;
  const { older, newer } = works;
  const attempts = await attemptsMoved(step, works);
  await mergeTwoMarkers(step, works, attempts);
  const grades = await tx
    .selectFrom("grades")
    .selectAll()
    .where("submission_id", "in", [older.id, newer.id])
    .execute();
  const ofOlder = grades.find((grade) => grade.submission_id === older.id);
  const ofNewer = moved(
    grades.find((grade) => grade.submission_id === newer.id),
    attempts,
  );
  const standing = standingGrade(ofOlder, ofNewer);
  for (const [was, now] of attempts)
    await tx
      .updateTable("grade_changes")
      .set({ submission_id: older.id, attempt: now })
      .where("submission_id", "=", newer.id)
      .where("attempt", "=", was)
      .execute();
  if (standing === undefined) return;
  const other = standing === ofOlder ? ofNewer : ofOlder;
  await tx.deleteFrom("grades").where("submission_id", "in", [older.id, newer.id]).execute();
  await tx
    .insertInto("grades")
    .values({ ...standing, submission_id: older.id, student_id: works.merge.into })
    .execute();
  if (other !== undefined)
    await note(step, works, {
      ...standing,
      from_hundredths: other.points_hundredths,
      reason: `Two accounts of this person were merged. This mark stands; the other work had ${other.points_hundredths / 100}.`,
    });
}

/** The marks of two markers belong to the newer work where it has any; the older's stay in the history. */
async function mergeTwoMarkers(
  step: WorkStep,
  works: TwoWorks,
  attempts: ReadonlyMap<number, number>,
): Promise<void> {
  const { tx } = step;
  const { older, newer } = works;
  const marks = await tx
    .selectFrom("marks")
    .selectAll()
    .where("submission_id", "in", [older.id, newer.id])
    .execute();
  for (const mark of marks.filter(({ submission_id }) => submission_id === newer.id)) {
    const replaced = marks.find(
      ({ submission_id, place }) => submission_id === older.id && place === mark.place,
    );
    if (replaced !== undefined) {
      await tx
        .deleteFrom("marks")
        .where("submission_id", "=", older.id)
        .where("place", "=", mark.place)
        .execute();
      await note(step, works, {
        ...replaced,
        ...{ from_hundredths: null, raw_hundredths: null, late_percent: 0 },
        reason: `Two accounts of this person were merged. This was the ${mark.place} marker's mark of the older work.`,
      });
    }
    await tx
      .updateTable("marks")
      .set({ submission_id: older.id, attempt: attempts.get(mark.attempt) ?? mark.attempt })
      .where("submission_id", "=", newer.id)
      .where("place", "=", mark.place)
      .execute();
  }
}

type Noted = Pick<
  GradeChangesTable,
  "attempt" | "from_hundredths" | "late_percent" | "levels" | "rubric_version" | "feedback" | "reason"
> & { readonly points_hundredths: number; readonly raw_hundredths: number | null };

async function note(
  { tx, now, newId }: WorkStep,
  { older, merge }: TwoWorks,
  { points_hundredths, raw_hundredths, ...noted }: Noted,
): Promise<void> {
  const { attempt, from_hundredths, late_percent, levels, rubric_version, feedback, reason } = noted;
  await tx
    .insertInto("grade_changes")
    .values({
      ...{ id: newId(), submission_id: older.id, student_id: merge.into },
      ...{ assignment_id: older.assignment_id, course_id: older.course_id, kind: "graded", attempt },
      ...{ from_hundredths, to_hundredths: points_hundredths },
      ...{ raw_hundredths: raw_hundredths ?? points_hundredths, late_percent, levels, rubric_version },
      ...{ feedback, reason, changed_by: merge.by, changed_at: now },
    })
    .execute();
}

/** The new numbers of the newer one's attempts, by the old. */
async function attemptsMoved(
  { tx }: WorkStep,
  { older, newer }: TwoWorks,
): Promise<ReadonlyMap<number, number>> {
  const rows = await tx
    .selectFrom("moved_attempts")
    .select(["attempt", "to_attempt"])
    .where("submission_id", "=", newer.id)
    .where("to_submission_id", "=", older.id)
    .execute();
  return new Map(rows.map(({ attempt, to_attempt }) => [attempt, to_attempt]));
}

function moved(
  grade: GradesTable | undefined,
  attempts: ReadonlyMap<number, number>,
): GradesTable | undefined {
  return grade === undefined
    ? undefined
    : { ...grade, attempt: attempts.get(grade.attempt) ?? grade.attempt };
}
