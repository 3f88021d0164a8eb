/** The job that copies a course: read on one snapshot, written in small steps, there for people only when it is whole. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { type CopyStep, copiedRowsPerStepMax } from "#kernel/course-life.ts";
import { type JobRun, jobFor } from "#kernel/job.ts";
import type { Step } from "#kernel/step.ts";
import { choicesOf, endCopy } from "./copies.ts";
import { idsOf, type PlannedPart, planCopy, relinked } from "./copy-plan.ts";
import { timed } from "./courses.ts";
import { enrol } from "./enrolments.ts";
import { courseCopied, courseCreated } from "./events.ts";
import { purgeStep } from "./purge.ts";
import { shiftedBy } from "./shifted-dates.ts";
import type { CourseCopiesTable, CoursesTables } from "./tables.ts";

const attemptsMax = 3;
type Run = JobRun<CoursesTables, { readonly copyId: string }>;

/** Copies what was chosen into the course that waits for it. A broken attempt is cleared away and begun anew. */
export const makeCopy = jobFor<CoursesTables>()({
  name: "courses.makeCopy",
  summary: "Copies a course into a new one.",
  inputSchema: z.object({ copyId: z.string() }),
  attemptsMax,
  leaseMs: 30 * 60_000,
  async run(run): Promise<{ items: number }> {
    const { copyId } = run.input;
    const copy = await run.read((db) =>
      db.selectFrom("course_copies").selectAll().where("id", "=", copyId).executeTakeFirst(),
    );
    if (copy === undefined || copy.ended_at !== null) return { items: 0 };
    try {
      return { items: await copyOnce(run, copy) };
    } catch (error) {
      if (run.signal.aborted || run.attempt < attemptsMax) throw error;
      await giveUp(run, copy, "It could not be finished. An admin finds the cause in the log; try it again.");
      throw error;
    }
  },
});

async function copyOnce(run: Run, copy: CourseCopiesTable): Promise<number> {
  await clearStaged(run, copy);
  const { slices } = run.services;
  const { source, plan } = await run.read(async (db) => {
    const row = await db
      .selectFrom("courses")
      .selectAll()
      .where("id", "=", copy.source_id)
      .executeTakeFirst();
    if (row === undefined || row.trashed_at !== null) return { source: null, plan: [] };
    const [source = null] = await timed(db, [row]);
    return { source, plan: await planCopy(db, { slices, courseId: row.id, choices: choicesOf(copy) }) };
  });
  if (source === null) {
    await giveUp(run, copy, "The course was thrown away before it was copied.");
    return 0;
  }
  const total = plan.reduce((sum, { rows }) => sum + rows.length, 0);
  const newIds = await run.write(async ({ tx, newId }) => {
    await tx
      .updateTable("course_copies")
      .set({ state: "running", done: 0, total })
      .where("id", "=", copy.id)
      .execute();
    return new Map([[copy.source_id, copy.course_id], ...idsOf(plan).map((id) => [id, newId()] as const)]);
  });
  const facts = { copy, timeZone: source.time_zone, newIds };
  let done = 0;
  for (const planned of plan) {
    for (const rows of chunksOf(planned)) {
      run.signal.throwIfAborted();
      done += rows.length;
      await run.write(async (step) => {
        await planned.part.write(copyStep(step, facts) as never, rows as never);
        await step.tx.updateTable("course_copies").set({ done }).where("id", "=", copy.id).execute();
      });
    }
  }
  await run.write((step) => openCopy(step, copy));
  return done;
}

/** What an attempt before this one has left. */
async function clearStaged(run: Run, copy: CourseCopiesTable): Promise<void> {
  if (run.attempt === 1) return;
  for (const { course } of [...run.services.slices].reverse())
    while (course !== undefined && (await run.write((step) => course.purge(step as never, copy.course_id))))
      run.signal.throwIfAborted();
}

async function giveUp(run: Run, copy: CourseCopiesTable, reason: string): Promise<void> {
  while (await purgeStep(run, copy.course_id)) run.signal.throwIfAborted();
  await run.write((step) => endCopy(step, copy.id, reason));
}

/** The one moment in which the copy comes to be: a draft, taught by whoever asked for it. */
async function openCopy(step: Step<CoursesTables>, copy: CourseCopiesTable): Promise<void> {
  const { tx, now, emit } = step;
  const { course_id: courseId, source_id: sourceId, asked_by: personId } = copy;
  await tx.updateTable("courses").set({ staged: 0, updated_at: now }).where("id", "=", courseId).execute();
  await tx
    .updateTable("course_copies")
    .set({ state: "done", ended_at: now })
    .where("id", "=", copy.id)
    .execute();
  emit(courseCreated, { courseId });
  emit(courseCopied, { courseId, sourceId });
  const teaches = await tx
    .selectFrom("enrolments")
    .select("id")
    .where("course_id", "=", sourceId)
    .where("person_id", "=", personId)
    .where("role", "=", "instructor")
    .where("ended_at", "is", null)
    .executeTakeFirst();
  // An admin who copies somebody else's course administers it and does not come to teach it.
  if (teaches !== undefined)
    await enrol(step, { courseId, personId, role: "instructor", origin: "creator", by: personId });
}

function* chunksOf({ part, rows }: PlannedPart): Generator<readonly unknown[]> {
  const size = Math.max(1, Math.floor(copiedRowsPerStepMax / part.rowsEach));
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size);
}

function copyStep(
  step: Step<CoursesTables>,
  {
    copy,
    timeZone,
    newIds,
  }: {
    readonly copy: CourseCopiesTable;
    readonly timeZone: string;
    readonly newIds: ReadonlyMap<string, string>;
  },
): CopyStep<CoursesTables> {
  const shift = (at: number | null) => (at === null ? null : shiftedBy(at, copy.shift_days, timeZone));
  return {
    ...step,
    courseId: copy.course_id,
    by: copy.asked_by,
    newIdOf: (id) => present(newIds.get(id), "what is copied has a new id"),
    newIdIfCopied: (id) => (id === null ? null : (newIds.get(id) ?? null)),
    shift: shift as CopyStep<CoursesTables>["shift"],
    relinked: (text) => relinked(text, newIds),
  };
}
