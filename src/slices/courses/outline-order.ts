/** The order of sections in a course and of modules under a heading: whole numbers, given anew where something moves. */
import type { Kysely } from "kysely";
import { invalidField, Refusal } from "#kernel/errors.ts";
import type { CourseSectionsTable, CoursesTables } from "./tables.ts";

type Tx = Kysely<CoursesTables>;

/** `ids` with `moved` right after `after`, at the front where that is null; null when there is no such `after`. */
export function reordered(ids: readonly string[], moved: string, after: string | null): string[] | null {
  const others = ids.filter((id) => id !== moved);
  const index = after === null ? 0 : others.indexOf(after) + 1;
  if (after !== null && index === 0) return null;
  return [...others.slice(0, index), moved, ...others.slice(index)];
}

/** Puts a section right after another one of its course, or first. */
export async function placeSection(
  tx: Tx,
  { courseId, sectionId, after }: { courseId: string; sectionId: string; after: string | null },
): Promise<void> {
  const rows = await tx
    .selectFrom("course_sections")
    .select(["id", "position"])
    .where("course_id", "=", courseId)
    .orderBy("position")
    .orderBy("id")
    .execute();
  await writePositions(tx, "course_sections", rows, sectionId, { field: "afterSectionId", after });
}

/** Puts a module under a heading (under none where `sectionId` is null), right after another one there, or first. */
export async function placeModule(
  tx: Tx,
  { courseId, moduleId, sectionId, after }: ModulePlacing,
): Promise<void> {
  const rows = await tx
    .selectFrom("course_modules")
    .select(["id", "position"])
    .where("course_id", "=", courseId)
    .where("section_id", sectionId === null ? "is" : "=", sectionId)
    .where("removed_at", "is", null)
    .orderBy("position")
    .orderBy("id")
    .execute();
  await writePositions(tx, "course_modules", rows, moduleId, { field: "afterModuleId", after });
}

export interface ModulePlacing {
  readonly courseId: string;
  readonly moduleId: string;
  readonly sectionId: string | null;
  readonly after: string | null;
}

async function writePositions(
  tx: Tx,
  table: "course_sections" | "course_modules",
  rows: readonly { readonly id: string; readonly position: number }[],
  moved: string,
  { field, after }: { readonly field: string; readonly after: string | null },
): Promise<void> {
  const ids = rows.map(({ id }) => id);
  const order = reordered(ids, moved, after);
  if (order === null)
    throw invalidField(field, "This is no longer there: somebody moved or removed it meanwhile. Look again.");
  const before = new Map(rows.map(({ id, position }) => [id, position]));
  for (const [index, id] of order.entries())
    if (before.get(id) !== index + 1)
      await tx
        .updateTable(table)
        .set({ position: index + 1 })
        .where("id", "=", id)
        .execute();
}

/** The place behind everything that stands under a heading. */
export async function lastModulePosition(
  tx: Tx,
  courseId: string,
  sectionId: string | null,
): Promise<number> {
  const { last } = await tx
    .selectFrom("course_modules")
    .select((each) => each.fn.max<number | null>("position").as("last"))
    .where("course_id", "=", courseId)
    .where("section_id", sectionId === null ? "is" : "=", sectionId)
    .executeTakeFirstOrThrow();
  return Number(last ?? 0);
}

/** Refuses a heading that is not one of this course's. */
export async function requireSection(tx: Tx, courseId: string, sectionId: string): Promise<void> {
  const row = await tx
    .selectFrom("course_sections")
    .select("id")
    .where("id", "=", sectionId)
    .where("course_id", "=", courseId)
    .executeTakeFirst();
  if (row === undefined) throw invalidField("sectionId", "This course has no such section any more.");
}

/** Refuses to change a module that was removed. */
export function requirePresent({ removed_at }: { readonly removed_at: number | null }): void {
  if (removed_at !== null) throw new Refusal("module_removed", "This module was removed. Restore it first.");
}

/** Puts the modules of a heading that goes behind those of another; those of a hidden one become drafts. */
export async function liftModules(
  tx: Tx,
  { id, course_id, published }: CourseSectionsTable,
  target: string | null,
): Promise<void> {
  let position = await lastModulePosition(tx, course_id, target);
  const rows = await tx
    .selectFrom("course_modules")
    .select("id")
    .where("course_id", "=", course_id)
    .where("section_id", "=", id)
    .orderBy("position")
    .orderBy("id")
    .execute();
  for (const row of rows)
    await tx
      .updateTable("course_modules")
      .set({ section_id: target, position: ++position, ...(published === 1 ? {} : { published: 0 }) })
      .where("id", "=", row.id)
      .execute();
}
