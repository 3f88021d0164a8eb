/** The captions of recordings, as rows. */
import type { Kysely } from "kysely";
import type { Caption } from "./schema.ts";
import type { CaptionsTable, MaterialsTables } from "./tables.ts";

/** The captions of each of the materials, in the order in which they were added. */
export async function captionsOf(
  db: Kysely<MaterialsTables>,
  materialIds: readonly string[],
): Promise<ReadonlyMap<string, Caption[]>> {
  const rows = await db
    .selectFrom("material_captions")
    .selectAll()
    .where("material_id", "in", materialIds)
    .orderBy("material_id")
    .orderBy("id")
    .execute();
  const found = new Map<string, Caption[]>();
  for (const row of rows) found.set(row.material_id, [...(found.get(row.material_id) ?? []), captionOf(row)]);
  return found;
}

export function captionOf(row: CaptionsTable): Caption {
  return { captionId: row.id, language: row.language, label: row.label, bytes: row.bytes };
}
