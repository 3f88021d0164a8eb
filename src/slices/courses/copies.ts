/** The records of copies: what somebody asked for, how far it is, how it ended. */
import type { Kysely } from "kysely";
import type { CopyChoice } from "#kernel/course-life.ts";
import type { Step } from "#kernel/step.ts";
import { courseNameOf } from "./courses.ts";
import type { CourseCopy } from "./schema.ts";
import type { CourseCopiesTable, CoursesTables } from "./tables.ts";

/** Ends a copy that is not to be, with the reason that people read. */
export async function endCopy(
  { tx, now }: Pick<Step<CoursesTables>, "tx" | "now">,
  copyId: string,
  reason: string,
): Promise<void> {
  await tx
    .updateTable("course_copies")
    .set({ state: "failed", reason, ended_at: now })
    .where("id", "=", copyId)
    .execute();
}

export function choicesOf({ choices }: Pick<CourseCopiesTable, "choices">): readonly CopyChoice[] {
  return JSON.parse(choices) as CopyChoice[];
}

/** The records as the wire names them, in the order given. */
export async function copiesOf(
  db: Kysely<CoursesTables>,
  rows: readonly CourseCopiesTable[],
): Promise<CourseCopy[]> {
  const ids = rows.flatMap((row) => [row.source_id, row.course_id]);
  const courses =
    ids.length === 0
      ? []
      : await db
          .selectFrom("courses")
          .select(["id", "code", "term", "title"])
          .where("id", "in", ids)
          .execute();
  const names = new Map(courses.map((course) => [course.id, courseNameOf(course)]));
  return rows.map((row) => ({
    copyId: row.id,
    source: names.get(row.source_id) ?? null,
    course: names.get(row.course_id) ?? null,
    choices: [...choicesOf(row)],
    shiftDays: row.shift_days,
    state: row.state,
    done: row.done,
    total: row.total,
    reason: row.reason,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
  }));
}
