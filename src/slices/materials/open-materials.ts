/** Which materials somebody may open at a moment, for whatever names materials by their ids. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { loadStanding } from "#slices/courses/api.ts";
import type { Material } from "./schema.ts";
import type { MaterialsTable, MaterialsTables } from "./tables.ts";
import { materialsAsSeen, seenModuleIds, viewerOf } from "./viewing.ts";

/**
 * Of these materials, of any courses, those that `actor` may open at the moment `now`, by id: for whatever an index has
 * found and nobody has been asked about yet.
 */
export async function openMaterials(
  database: Database,
  actor: Actor,
  { materialIds, now }: { readonly materialIds: readonly string[]; readonly now: number },
): Promise<ReadonlyMap<string, Material>> {
  if (materialIds.length === 0) return new Map();
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("materials")
    .selectAll()
    .where("id", "in", materialIds)
    .where("removed_at", "is", null)
    .execute();
  const open = new Map<string, Material>();
  for (const courseId of new Set(rows.map((row) => row.course_id))) {
    const those = rows.filter((row) => row.course_id === courseId);
    for (const material of await seenOf(database, actor, courseId, those, now))
      if (material.locks.length === 0) open.set(material.materialId, material);
  }
  return open;
}

/** These materials of a course as `actor` sees them, less those that are not there for them. */
export async function seenOf(
  database: Database,
  actor: Actor,
  courseId: string,
  rows: readonly MaterialsTable[],
  now: number,
): Promise<Material[]> {
  const standing = await loadStanding(database, actor, courseId);
  if (standing.kind === "anonymous" || standing.kind === "outsider") return [];
  const viewer = viewerOf(actor, standing);
  if (viewer.seesAll) return materialsAsSeen(database, viewer, rows, now);
  const modules = new Set(await seenModuleIds(database, courseId));
  return materialsAsSeen(
    database,
    viewer,
    rows.filter((row) => modules.has(row.module_id)),
    now,
  );
}
