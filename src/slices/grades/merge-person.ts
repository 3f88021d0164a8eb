/** Two accounts of one person in gradebooks: one mark in a column, and never none because the other account had it. */
import type { Kysely } from "kysely";
import { type AccountMerge, conflictsShownMax, type MergeConflict } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import type { GradeCellsTable, GradesTables } from "./tables.ts";

type Db = Kysely<GradesTables>;
type Mark = Pick<GradeCellsTable, "hundredths" | "excused">;

const cellsPerStep = 100;

/** A mark counts for more than none, and the better one for more than the other; an excuse lasts. */
export function betterMark<Cell extends Mark>(kept: Cell, other: Cell): Mark {
  const marks = [kept.hundredths, other.hundredths].filter((each) => each !== null);
  const excused = kept.excused === 1 || other.excused === 1;
  return { hundredths: marks.length === 0 ? null : Math.max(...marks), excused: excused ? 1 : 0 };
}

/** Unites the next cells that both accounts have; whether there is more. Each change stands in the history. */
export async function mergeInGradebooks(
  { tx, now, newId }: Step<GradesTables>,
  merge: AccountMerge,
): Promise<boolean> {
  const pairs = await bothMarked(tx, merge, cellsPerStep);
  for (const { from, into } of pairs) {
    const key = { column_id: into.column_id, student_id: into.student_id };
    const after = betterMark(into, from);
    await tx
      .deleteFrom("grade_cells")
      .where("column_id", "=", from.column_id)
      .where("student_id", "=", from.student_id)
      .execute();
    if (after.hundredths === into.hundredths && after.excused === into.excused) continue;
    await tx
      .updateTable("grade_cells")
      .set((each) => ({ ...after, version: each("version", "+", 1) }))
      .where("column_id", "=", key.column_id)
      .where("student_id", "=", key.student_id)
      .execute();
    await tx
      .insertInto("grade_cell_changes")
      .values({
        ...{ id: newId(), ...key, course_id: into.course_id },
        ...{ hundredths_before: into.hundredths, hundredths_after: after.hundredths },
        ...{ excused_before: into.excused, excused_after: after.excused },
        reason: "Two accounts of this person were merged; the better mark stands.",
        ...{ changed_by: merge.by, changed_at: now },
      })
      .execute();
  }
  return pairs.length === cellsPerStep;
}

export async function conflictsInGradebooks(db: Db, merge: AccountMerge): Promise<MergeConflict[]> {
  const pairs = (await bothMarked(db, merge, conflictsShownMax)).filter(
    ({ from, into }) => from.hundredths !== into.hundredths || from.excused !== into.excused,
  );
  if (pairs.length === 0) return [];
  const columns = await db
    .selectFrom("grade_columns")
    .select(["id", "title"])
    .where(
      "id",
      "in",
      pairs.map(({ into }) => into.column_id),
    )
    .execute();
  return pairs.map(({ from, into }) => ({
    code: "marks_differ",
    about: columns.find(({ id }) => id === into.column_id)?.title ?? "",
    into: said(into),
    from: said(from),
    result: said(betterMark(into, from)),
  }));
}

function said({ hundredths, excused }: Mark): string {
  const mark = hundredths === null ? "–" : String(hundredths / 100);
  return excused === 1 ? `${mark} (excused)` : mark;
}

async function bothMarked(db: Db, { from, into }: AccountMerge, limit: number) {
  const theirs = await db
    .selectFrom("grade_cells")
    .selectAll()
    .where("student_id", "=", from)
    .where("column_id", "in", (sub) =>
      sub.selectFrom("grade_cells as kept").select("kept.column_id").where("kept.student_id", "=", into),
    )
    .orderBy("column_id")
    .limit(limit)
    .execute();
  if (theirs.length === 0) return [];
  const kept = await db
    .selectFrom("grade_cells")
    .selectAll()
    .where("student_id", "=", into)
    .where(
      "column_id",
      "in",
      theirs.map((row) => row.column_id),
    )
    .execute();
  return theirs.flatMap((row) => {
    const other = kept.find(({ column_id }) => column_id === row.column_id);
    return other === undefined ? [] : [{ from: row, into: other }];
  });
}
