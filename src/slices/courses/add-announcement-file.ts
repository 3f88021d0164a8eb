/** Adding a file to an announcement that is being written. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { type FileKindName, fileKinds, fileRefusals, pagesOf, requireKind } from "#kernel/file-kinds.ts";
import { uploadIdField } from "#kernel/held-blobs.ts";
import { fileOf, holderOfFile } from "./announcement-files.ts";
import { AnnouncementFile, announcementFileBytesMax, unsentFilesMax } from "./announcement-schema.ts";
import { teachesCourse } from "./policy.ts";
import { courseIdField } from "./schema.ts";
import { bytesOf, requireFits } from "./storage.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

const kindsTaken = Object.keys(fileKinds) as FileKindName[];

/** Keeps the file for its author until the announcement is posted; a day later it is thrown away. */
export const addAnnouncementFile = operation({
  name: "courses.addAnnouncementFile",
  summary: "Adds a file to post along with an announcement that you write.",
  kind: "command",
  accepts: "blob",
  input: z.strictObject({ courseId: courseIdField, uploadId: uploadIdField }),
  output: AnnouncementFile,
  policy: teachesCourse,
  refusals: {
    ...fileRefusals,
    course_storage_full: "too_large",
    too_many_files: "failed_precondition",
  },
  async prepare({ input, blob, services, read }) {
    const file = present(blob, "the call has brought the upload");
    requireKind(file, kindsTaken);
    if (file.bytes > announcementFileBytesMax)
      throw new Refusal(
        "too_large",
        `A file beside an announcement has at most ${announcementFileBytesMax / 1024 ** 2} MiB. Larger ones are better placed under Contents.`,
      );
    await pagesOf(file, services);
    const bytes = await read((db) => bytesOf(db, services.slices, [input.courseId]));
    return { used: bytes.get(input.courseId)?.taught ?? 0 };
  },
  async handle({ input, actor, tx, now, newId, facts, blob, blobs }) {
    const file = present(blob, "the call has brought the upload");
    const { courseId } = input;
    const addedBy = changedBy(actor);
    await requireFits(tx, { courseId, used: facts.used, more: file.bytes });
    const unsent = await tx
      .selectFrom("announcement_files")
      .select("id")
      .where("course_id", "=", courseId)
      .where("added_by", "=", addedBy)
      .where("announcement_id", "is", null)
      .limit(unsentFilesMax)
      .execute();
    if (unsent.length >= unsentFilesMax)
      throw new Refusal(
        "too_many_files",
        `You have added ${unsentFilesMax} files that stand in no announcement. Post them first; after a day they go.`,
      );
    const row = {
      id: newId(),
      course_id: courseId,
      announcement_id: null,
      added_by: addedBy,
      added_at: now,
      file_name: file.fileName,
      media_type: file.mediaType,
      bytes: file.bytes,
      sha256: file.sha256,
    };
    await blobs.hold(file, holderOfFile(row.id));
    await tx.insertInto("announcement_files").values(row).execute();
    return { fileId: row.id, file: fileOf(row) };
  },
});
