/** Taking a material out of a course, for a week so that it can be undone. */
import { z } from "zod";
import { changedBy } from "#slices/courses/api.ts";
import { materialRemoved } from "./events.ts";
import { holderOf, materialRow } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { blobsOf } from "./revise-material.ts";
import { Material, materialIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Removes a material; its files are let go, and collected after the grace time of blobs. Twice is harmless. */
export const removeMaterial = operation({
  name: "materials.removeMaterial",
  summary: "Removes a material from its course; within a week it can be restored.",
  kind: "command",
  input: z.strictObject({ materialId: materialIdField }),
  output: Material,
  policy: changesMaterial,
  async handle({ input, actor, tx, now, emit, blobs }) {
    const row = await materialRow(tx, input.materialId);
    if (row.removed_at !== null) return shownToStaff(tx, row, now);
    const changes = {
      removed_at: now,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
    for (const { sha256 } of await blobsOf(tx, row.id)) await blobs.release(sha256, holderOf(row.id));
    emit(materialRemoved, { materialId: row.id, courseId: row.course_id });
    return shownToStaff(tx, { ...row, ...changes }, now);
  },
});
