/** Going back to an earlier revision of a material. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { requireVersion, versionField } from "#slices/courses/api.ts";
import { materialRow, requireThere, rowAtRevision } from "./materials.ts";
import { pageText } from "./pages.ts";
import { changesMaterial } from "./policy.ts";
import { reviseMaterial } from "./revise-material.ts";
import { Material, materialIdField, revisionField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Makes what an earlier revision held the newest one; nothing in between is lost. */
export const restoreMaterialRevision = operation({
  name: "materials.restoreMaterialRevision",
  summary: "Makes an earlier revision of a material the current one again.",
  kind: "command",
  input: z.strictObject({
    materialId: materialIdField,
    version: versionField("the material"),
    revision: revisionField.meta({ description: "The revision to go back to." }),
  }),
  output: Material,
  policy: changesMaterial,
  refusals: {
    stale_version: "conflict",
    material_removed: "failed_precondition",
    is_current: "failed_precondition",
    upload_expired: "failed_precondition",
  },
  async handle(context) {
    const { input, tx, now } = context;
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    await requireVersion(tx, "the material", row, input.version);
    if (input.revision === row.revision)
      throw new Refusal("is_current", "This revision is the current one already.");
    const { url, file_name, media_type, bytes, sha256, pages } = await rowAtRevision(tx, row, input.revision);
    const text = row.kind === "page" ? { text: await pageText(tx, row.id, input.revision) } : {};
    const restored = await reviseMaterial(context, row, {
      content: { url, file_name, media_type, bytes, sha256, pages },
      note: `Revision ${input.revision} again`,
      ...text,
    });
    return shownToStaff(tx, restored, now);
  },
});
