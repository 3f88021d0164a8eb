/** What other slices may use of materials; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { MaterialsTables } from "./tables.ts";

export { materialPublished } from "./events.ts";

export { indexedMaterials } from "./indexed.ts";
export { materialIdField } from "./schema.ts";

/**
 * The published material of this id in this course, with its number of pages (null when it has none); null when the
 * course has no such material, or its students do not see it.
 */
export async function publishedMaterial(
  database: Database,
  { courseId, materialId }: { readonly courseId: string; readonly materialId: string },
): Promise<{ readonly pages: number | null } | null> {
  const row = await tablesOf<MaterialsTables>(database)
    .selectFrom("materials")
    .select("pages")
    .where("id", "=", materialId)
    .where("course_id", "=", courseId)
    .where("published", "=", 1)
    .where("removed_at", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** What those of these materials are called that are published, by id; for people of their course. */
export async function publishedMaterialTitles(
  database: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("materials")
    .select(["id", "title"])
    .where("id", "in", ids)
    .where("published", "=", 1)
    .where("removed_at", "is", null)
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}
