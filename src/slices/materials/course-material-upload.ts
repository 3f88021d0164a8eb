/** Adding a file to a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { type FileKindName, fileKinds, fileRefusals, pagesOf, requireKind } from "#kernel/file-kinds.ts";
import { type UploadedBlob, uploadIdField } from "#kernel/held-blobs.ts";
import type { Services } from "#kernel/services.ts";
import { courseIdField, teachesCourse } from "#slices/courses/api.ts";
import { wantDocument } from "./documents.ts";
import { holderOf } from "./materials.ts";
import { addingRefusals, addMaterial, emptyRevision } from "./new-material.ts";
import {
  descriptionField,
  Material,
  materialBytesMax,
  moduleIdField,
  publishedField,
  titleField,
} from "./schema.ts";
import { requireStorage, storageRefusals } from "./storage.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** A course may give out any kind of file that Lyceum knows. */
const kindsTaken = Object.keys(fileKinds) as FileKindName[];

/** Adds a file to the end of a course's contents, as a draft unless it is to be published at once. */
export const courseMaterialUpload = operation({
  name: "materials.courseMaterialUpload",
  summary: "Adds a file to a course's contents, as a draft or published at once.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({
    courseId: courseIdField,
    moduleId: moduleIdField.default(null),
    title: titleField,
    description: descriptionField.default(""),
    published: publishedField.default(false),
    uploadId: uploadIdField,
  }),
  output: Material,
  policy: teachesCourse,
  refusals: { ...fileRefusals, ...addingRefusals, ...storageRefusals },
  async prepare({ blob, services }) {
    return checkedFile(present(blob, "the call has brought the upload"), services);
  },
  async handle(context) {
    const { input, tx, now, facts, blob, blobs } = context;
    const file = present(blob, "the call has brought the upload");
    const { fileName, mediaType, bytes, sha256 } = file;
    const content = {
      ...emptyRevision,
      ...{ file_name: fileName, media_type: mediaType, bytes, sha256, pages: facts.pages },
    };
    await requireStorage(tx, input.courseId, file.bytes);
    const row = await addMaterial(context, { ...input, kind: "file", content });
    await blobs.hold(file, holderOf(row.id));
    await wantDocument(context, row);
    return shownToStaff(tx, row, now);
  },
});

/** Looks into a file that is to be a material's; refuses what no course takes. */
export async function checkedFile(
  file: UploadedBlob,
  services: Pick<Services, "blobs" | "inspector">,
): Promise<{ readonly pages: number | null }> {
  requireKind(file, kindsTaken);
  if (file.bytes > materialBytesMax)
    throw new Refusal("too_large", `A material has at most ${materialBytesMax} bytes.`);
  return { pages: await pagesOf(file, services) };
}
