/** Moving a material within the contents of its course. */
import { z } from "zod";
import { changedBy } from "#slices/courses/api.ts";
import { makeRoom, requireModule } from "./contents.ts";
import { materialUpdated } from "./events.ts";
import { materialRow, requireThere } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { Material, materialIdField, moduleIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Puts a material before another item of a module, or at its end. Who moves last decides: nothing is lost by it. */
export const moveMaterial = operation({
  name: "materials.moveMaterial",
  summary: "Moves a material within its module or into another one of the course.",
  kind: "command",
  input: z.strictObject({
    materialId: materialIdField,
    moduleId: moduleIdField,
    beforeId: z
      .string()
      .min(1)
      .max(64)
      .nullable()
      .default(null)
      .meta({ description: "The material or assignment to stand before; null for the end of the module." }),
  }),
  output: Material,
  policy: changesMaterial,
  refusals: { material_removed: "failed_precondition", module_full: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    const moduleId = await requireModule(tx, row.course_id, input.moduleId);
    const { beforeId } = input;
    const place = await makeRoom(tx, row, { courseId: row.course_id, moduleId, beforeId });
    // The version stays: whoever edits its title meanwhile is not disturbed by the move.
    const changes = {
      module_id: moduleId,
      place,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
    emit(materialUpdated, { materialId: row.id, courseId: row.course_id });
    return shownToStaff(tx, { ...row, ...changes }, now);
  },
});
