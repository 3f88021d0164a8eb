/** The text of a page. */
import { z } from "zod";
import { materialRow } from "./materials.ts";
import { pageText, requirePage } from "./pages.ts";
import { opensMaterial } from "./policy.ts";
import { materialIdField, PageText, pageImagesMax, revisionField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives the Markdown of a page at a revision that is kept, with the images that it may show. */
export const getPage = operation({
  name: "materials.getPage",
  summary: "Gives the text of a page in Markdown, with its images.",
  kind: "read",
  returns: "blobs",
  input: z.strictObject({ materialId: materialIdField, revision: revisionField.optional() }),
  output: PageText,
  policy: opensMaterial,
  refusals: { not_a_page: "failed_precondition" },
  async handle({ input, db }) {
    const row = await materialRow(db, input.materialId);
    requirePage(row);
    const revision = input.revision ?? row.revision;
    const images = await db
      .selectFrom("material_page_images")
      .selectAll()
      .where("material_id", "=", row.id)
      .orderBy("id")
      .limit(pageImagesMax)
      .execute();
    return {
      materialId: row.id,
      revision,
      text: await pageText(db, row.id, revision),
      images: images.map(({ id, file_name, media_type, bytes, sha256 }) => ({
        imageId: id,
        file: { fileName: file_name, mediaType: media_type, bytes, sha256 },
      })),
    };
  },
});
