/** Changing what a material is called, and whether students see it. */
import { z } from "zod";
import { changedBy, cleanLine, requireVersion, versionField } from "#slices/courses/api.ts";
import { materialUpdated } from "./events.ts";
import { datesOf, materialRow, requireThere } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { publicationOf, sayPublication } from "./publication.ts";
import { descriptionField, Material, materialIdField, publishedField, titleField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

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
    requireThere(row);
    await requireVersion(tx, "the material", row, input.version);
    const { published } = input;
    // By hand is stronger than by date: whoever publishes or takes back now also lets go of the date of publishing.
    const dates = published === undefined ? datesOf(row) : { ...datesOf(row), published, publishAt: null };
    const publication = publicationOf(row, dates, now);
    const changes = {
      title: cleanLine(input.title ?? row.title),
      description: input.description ?? row.description,
      ...publication.changes,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
    emit(materialUpdated, { materialId: row.id, courseId: row.course_id });
    sayPublication(emit, row, publication);
    return shownToStaff(tx, { ...row, ...changes }, now);
  },
});
