/** Writing where a course stands in its life, for the operations that move it on. */
import type { Actor } from "#kernel/actor.ts";
import type { CommandContext } from "#kernel/operation.ts";
import { findCourse } from "./courses.ts";
import { courseStateChanged } from "./events.ts";
import type { Course } from "./schema.ts";
import type { CoursesTable, CoursesTables } from "./tables.ts";
import { changedBy } from "./versions.ts";

type LifeColumns = Pick<
  CoursesTable,
  "published" | "archived_at" | "archived_by" | "trashed_at" | "trashed_by"
>;

/** Moves a course on, unless it is there already: a retry is harmless and changes neither version nor events. */
export async function moveOn(
  {
    tx,
    actor,
    now,
    emit,
  }: Pick<CommandContext<CoursesTables, unknown, unknown>, "tx" | "now" | "emit"> & {
    readonly actor: Actor;
  },
  courseId: string,
  step: { readonly isThere: (row: CoursesTable) => boolean; readonly changes: Partial<LifeColumns> },
): Promise<Course> {
  const row = await tx.selectFrom("courses").selectAll().where("id", "=", courseId).executeTakeFirstOrThrow();
  if (!step.isThere(row)) {
    await tx
      .updateTable("courses")
      .set({ ...step.changes, version: row.version + 1, updated_by: changedBy(actor), updated_at: now })
      .where("id", "=", courseId)
      .execute();
    emit(courseStateChanged, { courseId });
  }
  return findCourse(tx, actor, courseId);
}
