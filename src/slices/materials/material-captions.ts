/** Captions of recordings, in WebVTT: adding them, taking them away, reading them. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { FileReference, uploadIdField } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { changedBy, idField } from "#slices/courses/api.ts";
import { captionOf } from "./captions.ts";
import { materialUpdated } from "./events.ts";
import { holderOf, materialRow, requireThere } from "./materials.ts";
import { changesMaterial, opensMaterial } from "./policy.ts";
import { blobsOf } from "./revise-material.ts";
import { Caption, captionBytesMax, captionsMax, materialIdField } from "./schema.ts";
import { requireStorage, storageRefusals } from "./storage.ts";
import { operation } from "./tables.ts";
import { readWebVtt } from "./webvtt.ts";

const captionIdField = idField("the captions");

/** Adds captions to a recording; refuses a file that browsers would not take as WebVTT, with the line that is wrong. */
export const addCaptions = operation({
  name: "materials.addCaptions",
  summary: "Adds captions in WebVTT to a recording.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({
    materialId: materialIdField,
    language: z
      .string()
      .regex(/^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$/, "Name a language as in BCP 47: en, pt-BR.")
      .meta({ description: "The language of the captions, as in BCP 47: en, pt-BR." }),
    label: lineField(60, "What people choose them by: English, Português."),
    uploadId: uploadIdField,
  }),
  output: Caption,
  policy: changesMaterial,
  refusals: {
    ...storageRefusals,
    not_webvtt: "unsupported_type",
    not_a_recording: "failed_precondition",
    material_removed: "failed_precondition",
    too_many_captions: "failed_precondition",
    upload_expired: "failed_precondition",
  },
  async prepare({ blob, services }) {
    const file = present(blob, "the call has brought the upload");
    if (file.bytes > captionBytesMax)
      throw new Refusal("too_large", `Captions have at most ${captionBytesMax} bytes.`);
    const bytes = await readFile(await services.blobs.localPath(file.sha256));
    const verdict = readWebVtt(decode(bytes));
    if ("cues" in verdict) return;
    const message = `These are no captions in WebVTT: line ${verdict.line}. ${verdict.message}`;
    throw new Refusal("not_webvtt", message, { problems: [{ field: "uploadId", message }] });
  },
  async handle({ input, actor, tx, now, newId, blob, blobs, emit }) {
    const file = present(blob, "the call has brought the upload");
    const row = await materialRow(tx, input.materialId);
    requireThere(row);
    if (!/^(audio|video)\//.test(row.media_type))
      throw new Refusal("not_a_recording", "Captions belong to a sound recording or a video.");
    const known = await tx
      .selectFrom("material_captions")
      .select("id")
      .where("material_id", "=", row.id)
      .execute();
    if (known.length >= captionsMax)
      throw new Refusal("too_many_captions", `A recording has captions in at most ${captionsMax} languages.`);
    await requireStorage(tx, row.course_id, file.bytes);
    const caption = {
      id: newId(),
      material_id: row.id,
      language: input.language,
      label: input.label.trim(),
      file_name: file.fileName,
      bytes: file.bytes,
      sha256: file.sha256,
      created_by: changedBy(actor),
      created_at: now,
    };
    await blobs.hold(file, holderOf(row.id));
    await tx.insertInto("material_captions").values(caption).execute();
    emit(materialUpdated, { materialId: row.id, courseId: row.course_id });
    return captionOf(caption);
  },
});

/** Takes captions away. Twice is harmless. */
export const removeCaptions = operation({
  name: "materials.removeCaptions",
  summary: "Takes captions away from a recording.",
  kind: "command",
  input: z.strictObject({ materialId: materialIdField, captionId: captionIdField }),
  output: z.object({ captionId: z.string() }),
  policy: changesMaterial,
  async handle({ input, tx, blobs, emit }) {
    const { materialId, captionId } = input;
    const found = await tx
      .selectFrom("material_captions")
      .select("sha256")
      .where("id", "=", captionId)
      .where("material_id", "=", materialId)
      .executeTakeFirst();
    if (found === undefined) return { captionId };
    const row = await materialRow(tx, materialId);
    await tx.deleteFrom("material_captions").where("id", "=", captionId).execute();
    const inUse = (await blobsOf(tx, materialId)).some(({ sha256 }) => sha256 === found.sha256);
    if (!inUse && row.removed_at === null) await blobs.release(found.sha256, holderOf(materialId));
    emit(materialUpdated, { materialId, courseId: row.course_id });
    return { captionId };
  },
});

/** Gives a file of captions, for players. */
export const getCaptions = operation({
  name: "materials.getCaptions",
  summary: "Gives the captions of a recording, as WebVTT.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({ materialId: materialIdField, captionId: captionIdField }),
  output: FileReference,
  policy: opensMaterial,
  async handle({ input, db }) {
    const row = await db
      .selectFrom("material_captions")
      .selectAll()
      .where("id", "=", input.captionId)
      .where("material_id", "=", input.materialId)
      .executeTakeFirst();
    if (row === undefined) throw new Refusal("not_found", "This recording has no such captions (any more).");
    return { fileName: row.file_name, mediaType: "text/vtt", bytes: row.bytes, sha256: row.sha256 };
  },
});

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw invalidField("uploadId", "Captions are text in UTF-8. Save the file so and send it again.");
  }
}
