/** Images for pages. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { fileRefusals, requireKind } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { changedBy } from "#slices/courses/api.ts";
import { holderOf, materialRow, requireThere } from "./materials.ts";
import { requirePage } from "./pages.ts";
import { changesMaterial } from "./policy.ts";
import { materialIdField, PageImage, pageImageBytesMax, pageImagesMax } from "./schema.ts";
import { requireStorage, storageRefusals } from "./storage.ts";
import { operation } from "./tables.ts";

/** Adds an image that the page's Markdown may show as `![what it shows](image:ID)`. */
export const addPageImage = operation({
  name: "materials.addPageImage",
  summary: "Adds an image to a page, for its text to show.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ materialId: materialIdField, uploadId: uploadIdField }),
  output: PageImage,
  policy: changesMaterial,
  refusals: {
    ...fileRefusals,
    ...storageRefusals,
    material_removed: "failed_precondition",
    not_a_page: "failed_precondition",
    too_many_images: "failed_precondition",
  },
  async prepare({ blob }) {
    const file = present(blob, "the call has brought the upload");
    requireKind(file, ["png", "jpeg", "gif", "webp"]);
    if (file.bytes > pageImageBytesMax)
      throw new Refusal("too_large", `An image of a page has at most ${pageImageBytesMax} bytes.`);
  },
  async handle({ input, actor, tx, now, newId, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    requirePage(row);
    const { count } = await tx
      .selectFrom("material_page_images")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("material_id", "=", row.id)
      .executeTakeFirstOrThrow();
    if (Number(count) >= pageImagesMax)
      throw new Refusal("too_many_images", `A page has at most ${pageImagesMax} images.`);
    await requireStorage(tx, row.course_id, file.bytes);
    const { fileName, mediaType, bytes, sha256 } = file;
    const imageId = newId();
    await blobs.hold(file, holderOf(row.id));
    await tx
      .insertInto("material_page_images")
      .values({
        id: imageId,
        material_id: row.id,
        ...{ file_name: fileName, media_type: mediaType, bytes, sha256 },
        created_by: changedBy(actor),
        created_at: now,
      })
      .execute();
    return { imageId, file: { fileName, mediaType, bytes, sha256 } };
  },
});
