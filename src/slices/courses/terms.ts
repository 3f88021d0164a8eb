/** The terms of the school: their names, and the days between which they lie. A course is in the term of its term's name. */

import type { Kysely } from "kysely";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { foldKey } from "./keys.ts";
import type { Term } from "./schema.ts";
import type { CoursesTables, TermsTable } from "./tables.ts";

type Tx = Kysely<CoursesTables>;

export function termOf(row: TermsTable, courses: number): Term {
  return {
    termId: row.id,
    name: row.name,
    firstDay: row.first_day,
    lastDay: row.last_day,
    isCurrent: row.current === 1,
    courses,
    version: row.version,
  };
}

/** How many courses that are not in the trash each term has, by the folded name of the term. */
export async function coursesByTerm(db: Tx): Promise<ReadonlyMap<string, { name: string; courses: number }>> {
  const rows = await db
    .selectFrom("courses")
    .select((each) => [
      "term_key",
      each.fn.max<string>("term").as("name"),
      each.fn.countAll<number>().as("courses"),
    ])
    .where("trashed_at", "is", null)
    .where("staged", "=", 0)
    .groupBy("term_key")
    .execute();
  return new Map(rows.map(({ term_key, name, courses }) => [term_key, { name, courses: Number(courses) }]));
}

export async function countCoursesIn(db: Tx, nameKey: string): Promise<number> {
  const { count } = await db
    .selectFrom("courses")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("term_key", "=", nameKey)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Refuses days that are the wrong way round. */
export function requireDays({
  firstDay,
  lastDay,
}: {
  readonly firstDay: string;
  readonly lastDay: string;
}): void {
  if (lastDay < firstDay)
    throw invalidField("lastDay", "The last day of a term cannot lie before its first day.");
}

/** Refuses a name that another term bears. */
export async function requireFreeName(tx: Tx, name: string, termId: string | null): Promise<void> {
  const other = await tx
    .selectFrom("terms")
    .select(["id", "name"])
    .where("name_key", "=", foldKey(name))
    .executeTakeFirst();
  if (other !== undefined && other.id !== termId)
    throw new Refusal("term_name_taken", `There is a term ${other.name} already.`, {
      kind: "conflict",
      problems: [{ field: "name", message: "Choose another name." }],
    });
}

/** Only one term is the current one. */
export async function noneCurrent(tx: Tx): Promise<void> {
  await tx.updateTable("terms").set({ current: 0 }).where("current", "=", 1).execute();
}
