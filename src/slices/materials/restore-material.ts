/** Bringing a removed material back. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy } from "#slices/courses/api.ts";
import { materialRestored } from "./events.ts";
import { holderOf, materialRow } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { blobsOf } from "./revise-material.ts";
import { Material, materialIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Restores a material as it was, while its file is still there. Twice is harmless. */
export const restoreMaterial = operation({
  name: "materials.restoreMaterial",
  summary: "Brings a removed material back, as it was.",
  kind: "command",
  input: z.strictObject({ materialId: materialIdField }),
  output: Material,
  policy: changesMaterial,
  refusals: { file_gone: "failed_precondition", upload_expired: "failed_precondition" },
  async prepare({ input, read, services }) {
    const files = await read((db) => blobsOf(db, input.materialId));
    const found = await Promise.all(files.map(({ sha256 }) => services.blobs.stat(sha256)));
    if (found.includes(null))
      throw new Refusal("file_gone", "It was removed too long ago: its file has been deleted. Add it anew.");
  },
  async handle({ input, actor, tx, now, emit, blobs }) {
    const row = await materialRow(tx, input.materialId);
    if (row.removed_at === null) return shownToStaff(tx, row, now);
    const changes = {
      removed_at: null,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    // Refuses when the file's collection has begun since `prepare` looked.
    for (const blob of await blobsOf(tx, row.id)) await blobs.hold(blob, holderOf(row.id));
    await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
    emit(materialRestored, { materialId: row.id, courseId: row.course_id });
    return shownToStaff(tx, { ...row, ...changes }, now);
  },
});
