/** Changing where a link leads. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { requireVersion, versionField } from "#slices/courses/api.ts";
import { requireAddress } from "./link-address.ts";
import { materialRow, requireThere } from "./materials.ts";
import { emptyRevision } from "./new-material.ts";
import { changesMaterial } from "./policy.ts";
import { reviseMaterial } from "./revise-material.ts";
import { Material, materialIdField, revisionNoteField, urlField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Makes the address the link's new revision. */
export const changeLink = operation({
  name: "materials.changeLink",
  summary: "Changes the address of a link; the one before is kept as an earlier revision.",
  kind: "command",
  input: z.strictObject({
    materialId: materialIdField,
    version: versionField("the material"),
    url: urlField,
    note: revisionNoteField.default(""),
  }),
  output: Material,
  policy: changesMaterial,
  refusals: {
    stale_version: "conflict",
    material_removed: "failed_precondition",
    not_a_link: "failed_precondition",
  },
  async handle(context) {
    const { input, tx, now } = context;
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    if (row.kind !== "link") throw new Refusal("not_a_link", `This material is a ${row.kind}, not a link.`);
    await requireVersion(tx, "the material", row, input.version);
    const content = { ...emptyRevision, url: requireAddress(input.url) };
    return shownToStaff(tx, await reviseMaterial(context, row, { content, note: input.note }), now);
  },
});
