/** Replacing the file of a material by a newer one. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { fileRefusals } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { requireVersion, versionField } from "#slices/courses/api.ts";
import { checkedFile } from "./course-material-upload.ts";
import { materialRow, requireThere } from "./materials.ts";
import { changesMaterial } from "./policy.ts";
import { reviseMaterial } from "./revise-material.ts";
import { Material, materialIdField, revisionNoteField } from "./schema.ts";
import { requireStorage, storageRefusals } from "./storage.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Makes the file the material's new revision; whoever cited the old one still opens that. */
export const replaceMaterialFile = operation({
  name: "materials.replaceMaterialFile",
  summary: "Replaces the file of a material; the file before is kept as an earlier revision.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({
    materialId: materialIdField,
    version: versionField("the material"),
    note: revisionNoteField.default(""),
    uploadId: uploadIdField,
  }),
  output: Material,
  policy: changesMaterial,
  refusals: {
    ...fileRefusals,
    ...storageRefusals,
    stale_version: "conflict",
    material_removed: "failed_precondition",
    not_a_file: "failed_precondition",
  },
  prepare: ({ blob, services }) => checkedFile(present(blob, "the call has brought the upload"), services),
  async handle(context) {
    const { input, tx, now, blob, facts } = context;
    const file = present(blob, "the call has brought the upload");
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    if (row.kind !== "file")
      throw new Refusal(
        "not_a_file",
        `This material is a ${row.kind}. Add the file as a material of its own.`,
      );
    await requireVersion(tx, "the material", row, input.version);
    await requireStorage(tx, row.course_id, file.bytes);
    const content = {
      url: "",
      file_name: file.fileName,
      media_type: file.mediaType,
      bytes: file.bytes,
      sha256: file.sha256,
      pages: facts.pages,
    };
    return shownToStaff(tx, await reviseMaterial(context, row, { content, note: input.note }), now);
  },
});
