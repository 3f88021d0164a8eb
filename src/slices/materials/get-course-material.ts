/** The file of a material. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { fileOf, materialRow } from "./materials.ts";
import { opensMaterial } from "./policy.ts";
import { materialIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Names the file, whose bytes the doors then send. */
export const getCourseMaterial = operation({
  name: "materials.getCourseMaterial",
  summary: "Gives the file of a material.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({ materialId: materialIdField }),
  output: FileReference,
  policy: opensMaterial,
  handle: async ({ input, db }) => fileOf(await materialRow(db, input.materialId)),
});
