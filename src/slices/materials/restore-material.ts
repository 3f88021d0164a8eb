/** Bringing a removed material back. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy } from "#slices/courses/api.ts";
import { materialRestored } from "./events.ts";
import { holderOf, materialOf, materialRow } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { Material, materialIdField } from "./schema.ts";
import { operation } from "./tables.ts";

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
    const { sha256 } = await read((db) => materialRow(db, input.materialId));
    if ((await services.blobs.stat(sha256)) === null)
      throw new Refusal("file_gone", "It was removed too long ago: its file has been deleted. Add it anew.");
  },
  async handle({ input, actor, tx, now, emit, blobs }) {
    const row = await materialRow(tx, input.materialId);
    if (row.removed_at === null) return materialOf(row);
    const changes = {
      removed_at: null,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    // Refuses when the file's collection has begun since `prepare` looked.
    await blobs.hold(row, holderOf(row.id));
    await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
    emit(materialRestored, { materialId: row.id, courseId: row.course_id });
    return materialOf({ ...row, ...changes });
  },
});
