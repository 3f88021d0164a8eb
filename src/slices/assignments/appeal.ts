/** Appeals: when a student may ask for another look at a grade. Pure, and how their rows are read. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import type { Appeal } from "./grading-schema.ts";
import type { AppealsTable } from "./grading-tables.ts";
import { fromHundredths } from "./points.ts";
import { nameView } from "./pseudonyms.ts";
import type { AssignmentsTables } from "./tables.ts";

const dayMs = 24 * 3_600_000;

export type MayAppeal =
  | { readonly may: true; readonly until: number }
  | { readonly may: false; readonly why: "not_released" | "not_offered" | "over" | "open" | "answered" };

/** Whether the grade may be appealed now: once for each release, within the days after it, unless it was reopened. */
export function mayAppeal({
  releasedAt,
  appealDays,
  earlier,
  now,
}: {
  readonly releasedAt: number | null;
  readonly appealDays: number | null;
  /** The latest appeal against this grade. */
  readonly earlier: Pick<AppealsTable, "released_at" | "state" | "reopened"> | null;
  readonly now: number;
}): MayAppeal {
  if (releasedAt === null) return { may: false, why: "not_released" };
  const until = releasedAt + (appealDays ?? 0) * dayMs;
  if (earlier?.state === "open") return { may: false, why: "open" };
  const isSameRelease = earlier !== null && earlier.released_at === releasedAt;
  if (isSameRelease && earlier.reopened === 1) return { may: true, until: Math.max(until, now) };
  if (appealDays === null) return { may: false, why: "not_offered" };
  if (isSameRelease) return { may: false, why: "answered" };
  return now > until ? { may: false, why: "over" } : { may: true, until };
}

const sentences = {
  not_released: "There is no released grade to appeal against.",
  not_offered: "Appeals are not offered for this assignment. Ask those who teach the course.",
  over: "The time for appeals is over.",
  open: "Your appeal is waiting for an answer already.",
  answered: "Your appeal was answered. Those who teach can reopen it.",
} as const;

/** The refusal that says why not. */
export function appealRefused(why: keyof typeof sentences): Refusal {
  return new Refusal(`appeal_${why}`, sentences[why], { kind: "failed_precondition" });
}

/** The latest appeal against a grade, or null. */
export async function latestAppeal(
  db: Kysely<AssignmentsTables>,
  { submissionId, studentId }: { readonly submissionId: string; readonly studentId: string },
): Promise<AppealsTable | null> {
  const row = await db
    .selectFrom("appeals")
    .selectAll()
    .where("submission_id", "=", submissionId)
    .where("student_id", "=", studentId)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** Appeals as the wire names them, all of one assignment; students see their own names, graders what they may see. */
export async function appealsOf(
  db: Kysely<AssignmentsTables>,
  rows: readonly AppealsTable[],
): Promise<Appeal[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const names = await nameView(
    db,
    first.assignment_id,
    rows.map((row) => row.student_id),
  );
  const people = await peopleByIds(
    db,
    rows.flatMap((row) => row.answered_by ?? []),
  );
  return rows.map((row) => ({
    appealId: row.id,
    submissionId: row.submission_id,
    studentId: names.idOf(row.student_id),
    studentName: names.nameOf(row.student_id),
    state: row.state,
    points: fromHundredths(row.points_hundredths),
    reason: row.reason,
    openedAt: row.opened_at,
    outcome: row.outcome,
    answer: row.answer,
    answeredBy:
      row.answered_by === null
        ? null
        : { personId: row.answered_by, name: people.get(row.answered_by)?.name ?? "" },
    answeredAt: row.answered_at,
    isReopened: row.reopened === 1,
    version: row.version,
  }));
}
