/** Files beside announcements: added first, then posted along with the text. */
import type { Kysely } from "kysely";
import { invalidField } from "#kernel/errors.ts";
import type { FileReference, HeldBlobs } from "#kernel/held-blobs.ts";
import type { AnnouncementFile } from "./announcement-schema.ts";
import type { AnnouncementFilesTable, CoursesTables } from "./tables.ts";

type Db = Kysely<CoursesTables>;

/** The name under which a file refers to its blob. */
export function holderOfFile(fileId: string): string {
  return `announcement_files:${fileId}`;
}

export function fileOf(row: AnnouncementFilesTable): FileReference {
  return { fileName: row.file_name, mediaType: row.media_type, bytes: row.bytes, sha256: row.sha256 };
}

/** The files of each of these announcements, in the order in which they were added. */
export async function filesOfAnnouncements(
  db: Db,
  announcementIds: readonly string[],
): Promise<ReadonlyMap<string, AnnouncementFile[]>> {
  const rows = await db
    .selectFrom("announcement_files")
    .selectAll()
    .where("announcement_id", "in", announcementIds)
    .orderBy("id")
    .execute();
  const files = Map.groupBy(rows, (row) => row.announcement_id ?? "");
  return new Map(
    [...files].map(([id, each]) => [id, each.map((row) => ({ fileId: row.id, file: fileOf(row) }))]),
  );
}

/** Makes these the files of an announcement: new ones are its author's own, those that are left out go. */
export async function setFiles(
  { tx, blobs }: { readonly tx: Db; readonly blobs: HeldBlobs },
  fileIds: readonly string[],
  to: { readonly announcementId: string; readonly courseId: string; readonly personId: string },
): Promise<void> {
  const wanted = new Set(fileIds);
  const present = await tx
    .selectFrom("announcement_files")
    .select(["id", "sha256"])
    .where("announcement_id", "=", to.announcementId)
    .execute();
  await dropFiles(
    { tx, blobs },
    present.filter(({ id }) => !wanted.has(id)),
  );
  for (const { id } of present) wanted.delete(id);
  if (wanted.size === 0) return;
  const result = await tx
    .updateTable("announcement_files")
    .set({ announcement_id: to.announcementId })
    .where("id", "in", [...wanted])
    .where("course_id", "=", to.courseId)
    .where("added_by", "=", to.personId)
    .where("announcement_id", "is", null)
    .executeTakeFirst();
  if (Number(result.numUpdatedRows) !== wanted.size)
    throw invalidField(
      "fileIds",
      "One of these files is not yours to post here, or stands in another announcement. Add it again.",
    );
}

/** Lets go of files, for good. */
export async function dropFiles(
  { tx, blobs }: { readonly tx: Db; readonly blobs: HeldBlobs },
  rows: readonly Pick<AnnouncementFilesTable, "id" | "sha256">[],
): Promise<void> {
  for (const { id, sha256 } of rows) {
    await blobs.release(sha256, holderOfFile(id));
    await tx.deleteFrom("announcement_files").where("id", "=", id).execute();
  }
}

/** Bytes of the files in each of these courses; courses that have none are missing. */
export async function fileBytes(db: Db, courseIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("announcement_files")
    .select((each) => ["course_id", each.fn.sum<number>("bytes").as("bytes")])
    .where("course_id", "in", courseIds)
    .groupBy("course_id")
    .execute();
  return new Map(rows.map(({ course_id, bytes }) => [course_id, Number(bytes)]));
}
