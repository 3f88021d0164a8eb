/** What falls due, for reminders. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { AssignmentsTables } from "./tables.ts";

export interface DueDate {
  readonly assignmentId: string;
  readonly courseId: string;
  /** Milliseconds UTC. */
  readonly dueAt: number;
}

/**
 * The dates after `from`, up to `to`, at which published assignments fall due: for everybody, or for somebody who was
 * given a date of their own. The earliest first, at most `limit` of each.
 */
export async function datesDueBetween(
  database: Database,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<DueDate[]> {
  const db = tablesOf<AssignmentsTables>(database);
  const common = await db
    .selectFrom("assignments")
    .select(["id as assignmentId", "course_id as courseId", "due_at as dueAt"])
    .where("published", "=", 1)
    .where("due_at", ">", from)
    .where("due_at", "<=", to)
    .orderBy("due_at")
    .limit(limit)
    .execute();
  const own = await db
    .selectFrom("assignment_extensions")
    .innerJoin("assignments", "assignments.id", "assignment_extensions.assignment_id")
    .select([
      "assignments.id as assignmentId",
      "assignments.course_id as courseId",
      "assignment_extensions.due_at as dueAt",
    ])
    .distinct()
    .where("assignments.published", "=", 1)
    .where("assignment_extensions.due_at", ">", from)
    .where("assignment_extensions.due_at", "<=", to)
    .orderBy("assignment_extensions.due_at")
    .limit(limit)
    .execute();
  return [...common, ...own].flatMap(({ dueAt, ...rest }) => (dueAt === null ? [] : [{ ...rest, dueAt }]));
}
