/** Putting a rubric in force: at once where no mark was given by one, otherwise as a proposal that somebody confirms. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import { versionField } from "#slices/courses/api.ts";
import { fromHundredths } from "./points.ts";
import { bestOf, type Criterion, requireSound } from "./rubric.ts";
import { latestVersion, refuseWhileApplying, rubricsInForce, type StoredRubric } from "./rubrics.ts";
import { assignmentIdField } from "./schema.ts";
import type { AssignmentsTable, AssignmentsTables } from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

export interface RubricWish {
  readonly assignment: AssignmentsTable;
  readonly criteria: readonly Criterion[];
  /** The version of the rubric that was seen, of a proposal too; 0 for none. */
  readonly seen: number;
  readonly takesPoints: boolean;
  readonly by: string;
  readonly now: number;
}

/** Refuses unless `seen` is the version of the newest rubric that is in force or proposed. */
export async function requireRubricVersion(tx: Db, assignmentId: string, seen: number): Promise<void> {
  const { current, next } = await rubricsInForce(tx, assignmentId);
  const version = next?.row.version ?? current?.row.version ?? 0;
  if (version !== seen)
    throw new Refusal(
      "stale_version",
      `Somebody has changed the rubric meanwhile. Look at it again (version ${version}), then decide.`,
      { kind: "conflict" },
    );
}

/** Stores the rubric; gives its row, which is `proposed` where marks are there that it would move. */
export async function putRubric(tx: Db, wish: RubricWish): Promise<StoredRubric> {
  const { assignment, criteria } = wish;
  await requireRubricVersion(tx, assignment.id, wish.seen);
  refuseWhileApplying(await rubricsInForce(tx, assignment.id));
  const best = criteria.length === 0 ? assignment.points_max_hundredths : bestOf(criteria);
  requireSound(criteria, wish.takesPoints ? best : assignment.points_max_hundredths);
  if (best < assignment.points_max_hundredths) await requireNoGradeByPointsAbove(tx, assignment.id, best);
  const marks = await marksByRubric(tx, assignment.id);
  const version = (await latestVersion(tx, assignment.id)) + 1;
  const row = {
    assignment_id: assignment.id,
    version,
    course_id: assignment.course_id,
    criteria: JSON.stringify(criteria),
    points_max_hundredths: best,
    state: marks === 0 ? "current" : "proposed",
    marks,
    marks_done: 0,
    made_by: wish.by,
    made_at: wish.now,
    applied_at: marks === 0 ? wish.now : null,
  } as const;
  await retire(tx, assignment.id, marks === 0 ? ["current", "proposed"] : ["proposed"]);
  await tx.insertInto("rubrics").values(row).execute();
  if (marks === 0) await takePoints(tx, assignment, { best, by: wish.by, now: wish.now });
  return { row, criteria };
}

/** Rubrics of these states hold no more; what was given by them stays readable. */
export async function retire(
  tx: Db,
  assignmentId: string,
  states: readonly ("current" | "proposed")[],
): Promise<void> {
  await tx
    .updateTable("rubrics")
    .set({ state: "past" })
    .where("assignment_id", "=", assignmentId)
    .where("state", "in", states)
    .execute();
}

/** Lets the assignment give what its rubric gives. */
export async function takePoints(
  tx: Db,
  assignment: Pick<AssignmentsTable, "id" | "version" | "points_max_hundredths">,
  { best, by, now }: { readonly best: number; readonly by: string; readonly now: number },
): Promise<void> {
  if (best === assignment.points_max_hundredths) return;
  await tx
    .updateTable("assignments")
    .set({
      points_max_hundredths: best,
      version: assignment.version + 1,
      updated_by: by,
      updated_at: now,
    })
    .where("id", "=", assignment.id)
    .execute();
}

/** How many marks there are by a rubric: of grades, and of markers who have not agreed yet. */
async function marksByRubric(tx: Db, assignmentId: string): Promise<number> {
  let count = 0;
  for (const table of ["grades", "marks"] as const) {
    const { marks } = await tx
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as("marks"))
      .where("assignment_id", "=", assignmentId)
      .where("rubric_version", "is not", null)
      .executeTakeFirstOrThrow();
    count += Number(marks);
  }
  return count;
}

async function requireNoGradeByPointsAbove(tx: Db, assignmentId: string, best: number): Promise<void> {
  const { highest } = await tx
    .selectFrom("grades")
    .select(({ fn }) => fn.max<number | null>("raw_hundredths").as("highest"))
    .where("assignment_id", "=", assignmentId)
    .where("rubric_version", "is", null)
    .executeTakeFirstOrThrow();
  if (highest !== null && Number(highest) > best)
    throw new Refusal(
      "points_below_mark",
      `Somebody was given ${fromHundredths(Number(highest))} points without the rubric. Change that mark first.`,
      { kind: "failed_precondition" },
    );
}

/** What names a proposed rubric. */
export const proposalFields = {
  assignmentId: assignmentIdField,
  version: versionField("the proposal"),
} as const;

/** The proposal that was seen; refuses where there is none, or another one. */
export async function requireProposal(
  tx: Kysely<AssignmentsTables>,
  seen: { readonly assignmentId: string; readonly version: number },
) {
  const rubrics = await rubricsInForce(tx, seen.assignmentId);
  refuseWhileApplying(rubrics);
  if (rubrics.next === null)
    throw new Refusal("no_proposal", "No change of this rubric is proposed.", {
      kind: "failed_precondition",
    });
  await requireRubricVersion(tx, seen.assignmentId, seen.version);
  return rubrics.next;
}
