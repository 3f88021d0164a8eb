/** Releases: letting students see grades, or hiding them again, in steps that are small and can be repeated. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { jobFor } from "#kernel/job.ts";
import type { Step } from "#kernel/step.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { gradeHidden, gradeReleased } from "./events.ts";
import { addChange, type GradeContext } from "./grade-writer.ts";
import { type GradeRelease, undoMs } from "./grading-schema.ts";
import type { GradeReleasesTable } from "./grading-tables.ts";
import type { AssignmentsTables, GradesTable } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

/** Grades that one step shows or hides: each fills two rows, and an event. */
const releaseStepMax = 100;

/** Shows these grades to their students. */
async function showGrades(
  context: GradeContext,
  release: Pick<GradeReleasesTable, "id" | "reason">,
  rows: readonly GradesTable[],
): Promise<void> {
  const { tx, now, emit } = context;
  for (const row of rows) {
    await setShown(tx, row, { released_at: now, release_id: release.id });
    const { reason } = release;
    await addChange(context, { kind: "released", grade: row, from: row.points_hundredths, reason });
    emit(gradeReleased, factsOf(row));
  }
}

/** Hides these grades from their students. */
async function hideGradesOf(
  context: GradeContext,
  release: Pick<GradeReleasesTable, "reason">,
  rows: readonly GradesTable[],
): Promise<void> {
  const { tx, emit } = context;
  for (const row of rows) {
    await setShown(tx, row, { released_at: null, release_id: null });
    const { reason } = release;
    await addChange(context, { kind: "hidden", grade: row, from: row.points_hundredths, reason });
    emit(gradeHidden, factsOf(row));
  }
}

async function setShown(
  tx: Db,
  row: GradesTable,
  change: Pick<GradesTable, "released_at" | "release_id">,
): Promise<void> {
  await tx
    .updateTable("grades")
    .set(change)
    .where("submission_id", "=", row.submission_id)
    .where("student_id", "=", row.student_id)
    .execute();
}

function factsOf(row: GradesTable) {
  return {
    assignmentId: row.assignment_id,
    courseId: row.course_id,
    submissionId: row.submission_id,
    studentId: row.student_id,
  };
}

/** The grades that a release shows or hides, and has not yet: those that were there when it was made. */
function gradesLeft(
  db: Db,
  release: Pick<GradeReleasesTable, "assignment_id" | "made_at" | "kind" | "undoes" | "chosen">,
) {
  let select = db
    .selectFrom("grades")
    .where("assignment_id", "=", release.assignment_id)
    .where("graded_at", "<=", release.made_at);
  if (release.chosen !== null)
    select = select.where("submission_id", "in", JSON.parse(release.chosen) as string[]);
  if (release.kind === "release") return select.where("released_at", "is", null);
  if (release.undoes !== null) select = select.where("release_id", "=", release.undoes);
  return select.where("released_at", "is not", null).where("released_at", "<=", release.made_at);
}

/** Begins a release with its first step; the rest follows in the background. How many grades it is for, and has done. */
export async function beginRelease(
  context: GradeContext & { readonly enqueue: Step<AssignmentsTables>["enqueue"] },
  wish: Pick<GradeReleasesTable, "assignment_id" | "course_id" | "kind" | "undoes" | "chosen" | "reason">,
): Promise<{ readonly release: GradeReleasesTable; readonly done: number } | null> {
  const { tx, now, newId, by } = context;
  const release = { ...wish, id: newId(), made_at: now, made_by: by, done: 0, finished_at: null };
  const { total } = await gradesLeft(tx, release)
    .select((each) => each.fn.countAll<number>().as("total"))
    .executeTakeFirstOrThrow();
  if (Number(total) === 0) return null;
  const row: GradeReleasesTable = { ...release, total: Number(total) };
  await tx.insertInto("grade_releases").values(row).execute();
  const done = await releaseStep(context, row);
  if (done < row.total) await context.enqueue(releaseJob, { releaseId: row.id });
  return { release: row, done };
}

type Input = { readonly releaseId: string };

/** Shows or hides the rest of a release. */
export const releaseJob = jobFor<AssignmentsTables>()<Input, { done: number }>({
  name: "assignments.releaseGrades",
  summary: "Shows the grades of an assignment to its students, or hides them again.",
  inputSchema: z.object({ releaseId: z.string() }),
  async run({ input, write, signal }) {
    for (let done = 0; ; ) {
      signal.throwIfAborted();
      const step = await write(async (context) => {
        const release = await releaseRow(context.tx, input.releaseId);
        return releaseStep({ ...context, by: release.made_by }, release);
      });
      done += step;
      if (step < releaseStepMax) return { done };
    }
  },
});

/** One step of a release; how many grades it took. */
async function releaseStep(context: GradeContext, release: GradeReleasesTable): Promise<number> {
  const { tx, now } = context;
  const rows = await gradesLeft(tx, release)
    .selectAll()
    .orderBy("submission_id")
    .orderBy("student_id")
    .limit(releaseStepMax)
    .execute();
  if (release.kind === "release") await showGrades(context, release, rows);
  else await hideGradesOf(context, release, rows);
  const isLast = rows.length < releaseStepMax || release.done + rows.length >= release.total;
  await countDone(tx, release, { done: rows.length, isLast, now });
  if (isLast && release.kind === "release")
    await showNamesWhenAllSee(tx, release.assignment_id, { by: release.made_by, now });
  return rows.length;
}

/** Remembers how far a release has come. */
async function countDone(
  tx: Db,
  release: Pick<GradeReleasesTable, "id">,
  progress: { readonly done: number; readonly isLast: boolean; readonly now: number },
): Promise<void> {
  await tx
    .updateTable("grade_releases")
    .set((each) => ({
      done: each("done", "+", progress.done),
      ...(progress.isLast ? { finished_at: progress.now } : {}),
    }))
    .where("id", "=", release.id)
    .execute();
}

/** Ends anonymous grading once every piece of work that stands has a grade that its student sees. */
async function showNamesWhenAllSee(
  tx: Db,
  assignmentId: string,
  { by, now }: { readonly by: string; readonly now: number },
): Promise<void> {
  const waiting = await tx
    .selectFrom("submissions")
    .leftJoin("grades", "grades.submission_id", "submissions.id")
    .select("submissions.id")
    .where("submissions.assignment_id", "=", assignmentId)
    .where("submissions.withdrawn_at", "is", null)
    .where("grades.released_at", "is", null)
    .limit(1)
    .executeTakeFirst();
  if (waiting !== undefined) return;
  await tx
    .updateTable("assignment_grading")
    .set({
      names_shown_at: now,
      names_shown_by: by,
      names_shown_reason: "All grades were released.",
    })
    .where("assignment_id", "=", assignmentId)
    .where("pseudonym_key", "is not", null)
    .where("names_shown_at", "is", null)
    .execute();
}

export function releaseRow(db: Db, releaseId: string): Promise<GradeReleasesTable> {
  return db.selectFrom("grade_releases").selectAll().where("id", "=", releaseId).executeTakeFirstOrThrow();
}

/** The release as the wire names it. */
export async function releaseOf(db: Db, row: GradeReleasesTable): Promise<GradeRelease> {
  const people = await peopleByIds(db, [row.made_by]);
  const undone = await db
    .selectFrom("grade_releases")
    .select("id")
    .where("assignment_id", "=", row.assignment_id)
    .where("undoes", "=", row.id)
    .limit(1)
    .executeTakeFirst();
  return {
    releaseId: row.id,
    kind: row.kind,
    total: row.total,
    done: row.done,
    isFinished: row.finished_at !== null,
    madeBy: { personId: row.made_by, name: people.get(row.made_by)?.name ?? "" },
    madeAt: row.made_at,
    undoUntil: row.made_at + undoMs,
    isUndone: undone !== undefined,
  };
}
