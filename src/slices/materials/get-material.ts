/** One material: what it is, not its bytes. */
import { z } from "zod";
import { materialOf, materialRow } from "./materials.ts";
import { seesMaterial } from "./policy.ts";
import { Material, materialIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives what is known of a material to those who see it. */
export const getMaterial = operation({
  name: "materials.getMaterial",
  summary: "Gives a material's title, description and state.",
  kind: "read",
  input: z.strictObject({ materialId: materialIdField }),
  output: Material,
  policy: seesMaterial,
  handle: async ({ input, db }) => materialOf(await materialRow(db, input.materialId)),
});
