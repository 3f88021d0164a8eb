/** Moving the marks of an assignment to a changed rubric, in steps in the background. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { jobFor } from "#kernel/job.ts";
import type { Step } from "#kernel/step.ts";
import { assignmentRow } from "./assignments.ts";
import { gradeChanged, rubricChanged } from "./events.ts";
import { addChange, afterLateness } from "./grade-writer.ts";
import type { RubricsTable } from "./grading-tables.ts";
import { type Criterion, moveMark } from "./rubric.ts";
import { retire, takePoints } from "./rubric-change.ts";
import { choicesOf, storedRubric } from "./rubrics.ts";
import type { AssignmentsTables, GradesTable } from "./tables.ts";

/** Marks that one step moves: each fills up to three rows, and an event. */
const stepMax = 60;

type Input = { readonly assignmentId: string; readonly version: number; readonly by: string };

/**
 * Moves all marks that were given by the rubric, in steps, and then lets the new one hold. Who grades meanwhile is asked
 * to wait, so no mark is missed; a mark that has moved bears the new version, so nothing is moved twice.
 */
export const applyRubricJob = jobFor<AssignmentsTables>()<Input, { moved: number }>({
  name: "assignments.applyRubric",
  summary: "Moves the marks of an assignment to a changed rubric.",
  inputSchema: z.object({ assignmentId: z.string(), version: z.int(), by: z.string() }),
  async run({ input, read, write, signal }) {
    const row = await read((db) => rubricRow(db, input));
    if (row.state !== "applying") return { moved: 0 };
    const { criteria } = storedRubric(row);
    await write(({ tx }) => countFromZero(tx, input));
    let moved = 0;
    let after: { submissionId: string; studentId: string } | null = null;
    for (;;) {
      signal.throwIfAborted();
      const step: Moved = await write((context) => moveGrades(context, { ...input, criteria, after }));
      moved += step.moved;
      if (step.last === null) break;
      after = step.last;
    }
    let afterMark: MarkKey | null = null;
    for (;;) {
      signal.throwIfAborted();
      const last: MarkKey | null = await write((context) =>
        moveMarks(context, { ...input, criteria, afterMark }),
      );
      if (last === null) break;
      afterMark = last;
    }
    await write((context) => flip(context, input));
    return { moved };
  },
});

interface MarkKey {
  readonly submissionId: string;
  readonly place: "first" | "second";
}

/** A second run begins anew, so its count does too. */
async function countFromZero(tx: Kysely<AssignmentsTables>, job: Input): Promise<void> {
  await tx
    .updateTable("rubrics")
    .set({ marks_done: 0 })
    .where("assignment_id", "=", job.assignmentId)
    .where("version", "=", job.version)
    .execute();
}

interface Moved {
  readonly moved: number;
  readonly last: { readonly submissionId: string; readonly studentId: string } | null;
}

async function moveGrades(
  { tx, now, newId, emit }: Step<AssignmentsTables>,
  job: Input & {
    readonly criteria: readonly Criterion[];
    readonly after: { readonly submissionId: string; readonly studentId: string } | null;
  },
): Promise<Moved> {
  let select = tx
    .selectFrom("grades")
    .selectAll()
    .where("assignment_id", "=", job.assignmentId)
    .where("rubric_version", "<", job.version)
    .orderBy("submission_id")
    .orderBy("student_id")
    .limit(stepMax);
  const { after } = job;
  if (after !== null)
    select = select.where((each) =>
      each.or([
        each("submission_id", ">", after.submissionId),
        each.and([each("submission_id", "=", after.submissionId), each("student_id", ">", after.studentId)]),
      ]),
    );
  const rows = await select.execute();
  let moved = 0;
  for (const row of rows) {
    const hundredths = row.raw_hundredths ?? row.points_hundredths;
    const move = moveMark(job.criteria, { choices: choicesOf(row), hundredths });
    if (move.hundredths === null) continue;
    const change: Partial<GradesTable> = { rubric_version: job.version };
    if (move.outcome === "moves") {
      moved += 1;
      change.raw_hundredths = move.hundredths;
      change.points_hundredths = afterLateness(move.hundredths, row.late_percent);
      const grade = { ...row, ...change };
      const reason = "The rubric was changed.";
      await addChange(
        { tx, now, by: job.by, newId },
        { kind: "rubric", grade, from: row.points_hundredths, reason },
      );
      if (row.released_at !== null)
        emit(gradeChanged, {
          assignmentId: row.assignment_id,
          courseId: row.course_id,
          submissionId: row.submission_id,
          studentId: row.student_id,
        });
    }
    await tx
      .updateTable("grades")
      .set(change)
      .where("submission_id", "=", row.submission_id)
      .where("student_id", "=", row.student_id)
      .execute();
  }
  // Whoever has the old mark on the screen is told that it is another one.
  const touched = [...new Set(rows.map((row) => row.submission_id))];
  if (touched.length > 0)
    await tx
      .updateTable("submissions")
      .set((each) => ({ version: each("version", "+", 1), updated_by: job.by, updated_at: now }))
      .where("id", "in", touched)
      .execute();
  await tx
    .updateTable("rubrics")
    .set((each) => ({ marks_done: each("marks_done", "+", rows.length) }))
    .where("assignment_id", "=", job.assignmentId)
    .where("version", "=", job.version)
    .execute();
  const last = rows.at(-1);
  return {
    moved,
    last: last === undefined ? null : { submissionId: last.submission_id, studentId: last.student_id },
  };
}

/** The marks of two markers move likewise; they have no history of their own. */
async function moveMarks(
  { tx }: Step<AssignmentsTables>,
  job: Input & { readonly criteria: readonly Criterion[]; readonly afterMark: MarkKey | null },
): Promise<MarkKey | null> {
  let select = tx
    .selectFrom("marks")
    .selectAll()
    .where("assignment_id", "=", job.assignmentId)
    .where("rubric_version", "<", job.version)
    .orderBy("submission_id")
    .orderBy("place")
    .limit(stepMax);
  const { afterMark } = job;
  if (afterMark !== null)
    select = select.where((each) =>
      each.or([
        each("submission_id", ">", afterMark.submissionId),
        each.and([each("submission_id", "=", afterMark.submissionId), each("place", ">", afterMark.place)]),
      ]),
    );
  const rows = await select.execute();
  for (const row of rows) {
    const move = moveMark(job.criteria, { choices: choicesOf(row), hundredths: row.points_hundredths });
    if (move.hundredths === null) continue;
    await tx
      .updateTable("marks")
      .set({ points_hundredths: move.hundredths, rubric_version: job.version })
      .where("submission_id", "=", row.submission_id)
      .where("place", "=", row.place)
      .execute();
  }
  const last = rows.at(-1);
  return last === undefined ? null : { submissionId: last.submission_id, place: last.place };
}

async function flip(
  { tx, now, emit }: Step<AssignmentsTables>,
  { assignmentId, version, by }: Input,
): Promise<void> {
  const row = await rubricRow(tx, { assignmentId, version });
  if (row.state !== "applying") return;
  await retire(tx, assignmentId, ["current"]);
  await tx
    .updateTable("rubrics")
    .set({ state: "current", applied_at: now, marks_done: row.marks })
    .where("assignment_id", "=", assignmentId)
    .where("version", "=", version)
    .execute();
  const assignment = await assignmentRow(tx, assignmentId);
  await takePoints(tx, assignment, { best: row.points_max_hundredths, by, now });
  emit(rubricChanged, { assignmentId, courseId: assignment.course_id });
}

function rubricRow(
  db: Kysely<AssignmentsTables>,
  { assignmentId, version }: Pick<Input, "assignmentId" | "version">,
): Promise<RubricsTable> {
  return db
    .selectFrom("rubrics")
    .selectAll()
    .where("assignment_id", "=", assignmentId)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
}
