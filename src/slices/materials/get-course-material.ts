/** The file of a material. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { materialRow, requireFile, rowAtRevision } from "./materials.ts";
import { opensMaterial } from "./policy.ts";
import { materialIdField, revisionField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Names the file, whose bytes the doors then send. */
export const getCourseMaterial = operation({
  name: "materials.getCourseMaterial",
  summary: "Gives the file of a material, at present or at an earlier revision.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({ materialId: materialIdField, revision: revisionField.optional() }),
  output: FileReference,
  policy: opensMaterial,
  refusals: { no_file: "failed_precondition" },
  handle: async ({ input, db }) =>
    requireFile(await rowAtRevision(db, await materialRow(db, input.materialId), input.revision)),
});
