/** Two accounts of one person among materials: what either has read is read, and the newer draft of a page is the draft. */
import type { AccountMerge } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import type { MaterialsTables } from "./tables.ts";

const rowsPerStep = 100;

/** Unites the next materials that both accounts have opened, or write at; whether there is more. */
export async function mergeInMaterials(
  { tx }: Step<MaterialsTables>,
  { from, into }: AccountMerge,
): Promise<boolean> {
  const readings = await tx
    .selectFrom("material_readings as theirs")
    .innerJoin("material_readings as kept", (join) =>
      join.onRef("kept.material_id", "=", "theirs.material_id").on("kept.person_id", "=", into),
    )
    .select([
      ...([
        "theirs.material_id as materialId",
        "theirs.revision as revision",
        "theirs.place as place",
      ] as const),
      ...(["theirs.opened_at as openedAt", "theirs.read_at as readAt"] as const),
      ...(["kept.opened_at as keptOpenedAt", "kept.read_at as keptReadAt"] as const),
    ])
    .where("theirs.person_id", "=", from)
    .orderBy("theirs.material_id")
    .limit(rowsPerStep)
    .execute();
  for (const { materialId, revision, place, openedAt, readAt, keptOpenedAt, keptReadAt } of readings) {
    const latest = openedAt > keptOpenedAt ? { revision, place, opened_at: openedAt } : {};
    await tx
      .updateTable("material_readings")
      .set({ ...latest, read_at: earlier(readAt, keptReadAt) })
      .where("material_id", "=", materialId)
      .where("person_id", "=", into)
      .execute();
    await tx
      .deleteFrom("material_readings")
      .where("material_id", "=", materialId)
      .where("person_id", "=", from)
      .execute();
  }
  const drafts = await tx
    .selectFrom("material_page_drafts as theirs")
    .innerJoin("material_page_drafts as kept", (join) =>
      join.onRef("kept.material_id", "=", "theirs.material_id").on("kept.person_id", "=", into),
    )
    .select([
      "theirs.material_id as materialId",
      "theirs.saved_at as savedAt",
      "kept.saved_at as keptSavedAt",
    ])
    .where("theirs.person_id", "=", from)
    .limit(rowsPerStep)
    .execute();
  // The row of the older one goes; what is left goes over with everything else.
  for (const { materialId, savedAt, keptSavedAt } of drafts)
    await tx
      .deleteFrom("material_page_drafts")
      .where("material_id", "=", materialId)
      .where("person_id", "=", savedAt > keptSavedAt ? into : from)
      .execute();
  return readings.length === rowsPerStep || drafts.length === rowsPerStep;
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
