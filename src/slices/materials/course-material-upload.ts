/** Adding a file to a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { type FileKindName, fileKinds, fileRefusals, pagesOf, requireKind } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { changedBy, cleanLine, courseIdField, requireRoom, teachesCourse } from "#slices/courses/api.ts";
import { materialAdded, materialPublished } from "./events.ts";
import { bytesInCourse, holderOf, materialOf } from "./materials.ts";
import {
  descriptionField,
  Material,
  materialBytesMax,
  materialsMax,
  publishedField,
  titleField,
} from "./schema.ts";
import { operation } from "./tables.ts";

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
    title: titleField,
    description: descriptionField.default(""),
    published: publishedField.default(false),
    uploadId: uploadIdField,
  }),
  output: Material,
  policy: teachesCourse,
  refusals: {
    ...fileRefusals,
    course_contents_full: "failed_precondition",
    course_storage_full: "too_large",
  },
  async prepare({ blob, services }) {
    const file = present(blob, "the call has brought the upload");
    requireKind(file, kindsTaken);
    if (file.bytes > materialBytesMax)
      throw new Refusal("too_large", `A material has at most ${materialBytesMax} bytes.`);
    return { pages: await pagesOf(file, services) };
  },
  async handle({ input, actor, tx, now, newId, emit, facts, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const { courseId } = input;
    const { count, last } = await tx
      .selectFrom("materials")
      .select((each) => [
        each.fn.countAll<number>().as("count"),
        each.fn.max<number | null>("place").as("last"),
      ])
      .where("course_id", "=", courseId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= materialsMax)
      throw new Refusal("course_contents_full", `A course has at most ${materialsMax} materials.`);
    await requireRoom(tx, { courseId, used: await bytesInCourse(tx, courseId), more: file.bytes });
    const by = changedBy(actor);
    const row = {
      id: newId(),
      course_id: courseId,
      title: cleanLine(input.title),
      description: input.description,
      published: input.published ? 1 : 0,
      place: Number(last ?? 0) + 1,
      file_name: file.fileName,
      media_type: file.mediaType,
      bytes: file.bytes,
      sha256: file.sha256,
      pages: facts.pages,
      version: 1,
      created_by: by,
      created_at: now,
      updated_by: by,
      updated_at: now,
      removed_at: null,
    } as const;
    await blobs.hold(file, holderOf(row.id));
    await tx.insertInto("materials").values(row).execute();
    emit(materialAdded, { materialId: row.id, courseId });
    if (input.published) emit(materialPublished, { materialId: row.id, courseId });
    return materialOf(row);
  },
});
