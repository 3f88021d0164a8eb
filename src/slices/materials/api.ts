/** What other slices may use of materials; nothing else of this folder is theirs. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { seenOf } from "./open-materials.ts";
import type { Material } from "./schema.ts";
import type { MaterialsTables } from "./tables.ts";

export { materialPublished, materialReleased } from "./events.ts";
export { indexedMaterials } from "./indexed.ts";
export { openMaterials } from "./open-materials.ts";
export { Material, materialIdField, revisionField } from "./schema.ts";

/** The materials of a course that `actor` sees at the moment `now`; of locked ones the title and what unlocks them. */
export async function readableMaterials(
  database: Database,
  actor: Actor,
  { courseId, now }: { readonly courseId: string; readonly now: number },
): Promise<Material[]> {
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("materials")
    .selectAll()
    .where("course_id", "=", courseId)
    .where("removed_at", "is", null)
    .orderBy("module_id")
    .orderBy("place")
    .orderBy("id")
    .execute();
  return seenOf(database, actor, courseId, rows, now);
}

/** What each of these people has read of a course: the ids of the materials, for progress. */
export async function readMaterialIds(
  database: Database,
  courseId: string,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const read = new Map(personIds.map((id) => [id, new Set<string>()]));
  if (personIds.length === 0) return read;
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("material_readings")
    .select(["person_id", "material_id"])
    .where("course_id", "=", courseId)
    .where("person_id", "in", personIds)
    .where("read_at", "is not", null)
    .execute();
  for (const { person_id, material_id } of rows) read.get(person_id)?.add(material_id);
  return read;
}
