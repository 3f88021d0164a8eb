/** Changing what a material is called, and whether students see it. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, cleanLine, requireVersion, versionField } from "#slices/courses/api.ts";
import { materialPublished, materialUnpublished, materialUpdated } from "./events.ts";
import { materialOf, materialRow } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { descriptionField, Material, materialIdField, publishedField, titleField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Changes the fields that are given; refuses when somebody else has changed the material meanwhile. */
export const updateMaterial = operation({
  name: "materials.updateMaterial",
  summary: "Changes a material's title, description or whether it is published.",
  kind: "command",
  input: z.strictObject({
    materialId: materialIdField,
    version: versionField("the material"),
    title: titleField.optional(),
    description: descriptionField.optional(),
    published: publishedField.optional(),
  }),
  output: Material,
  policy: changesMaterial,
  refusals: { stale_version: "conflict", material_removed: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await materialRow(tx, input.materialId);
    if (row.removed_at !== null)
      throw new Refusal("material_removed", "This material was removed. Restore it first.");
    await requireVersion(tx, "the material", row, input.version);
    const isPublished = input.published ?? row.published === 1;
    const changes = {
      title: cleanLine(input.title ?? row.title),
      description: input.description ?? row.description,
      published: isPublished ? 1 : 0,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
    const facts = { materialId: row.id, courseId: row.course_id };
    emit(materialUpdated, facts);
    if (changes.published !== row.published)
      emit(isPublished ? materialPublished : materialUnpublished, facts);
    return materialOf({ ...row, ...changes });
  },
});
