/** Files beside queries and answers: added first, then sent along with the text. */

import { invalidField } from "#kernel/errors.ts";
import type { FileReference, HeldBlobs } from "#kernel/held-blobs.ts";
import type { Db } from "./queries.ts";
import type { Attachment } from "./schema.ts";
import type { QueryAttachmentsTable } from "./tables.ts";

/** The name under which an attachment refers to its blob. */
export function holderOf(attachmentId: string): string {
  return `query_attachments:${attachmentId}`;
}

export function fileOf(row: QueryAttachmentsTable): FileReference {
  return { fileName: row.file_name, mediaType: row.media_type, bytes: row.bytes, sha256: row.sha256 };
}

/** The files of these queries and of everything below them. */
export async function attachmentsOf(
  db: Db,
  queryIds: readonly string[],
): Promise<
  readonly { readonly queryId: string | null; readonly answerId: string | null; readonly shown: Attachment }[]
> {
  const rows = await db
    .selectFrom("query_attachments")
    .selectAll()
    .where("query_id", "in", queryIds)
    .orderBy("id")
    .execute();
  return rows.map((row) => ({
    queryId: row.query_id,
    answerId: row.answer_id,
    shown: { attachmentId: row.id, file: fileOf(row) },
  }));
}

/** Sends files of the author's along; refuses what is not theirs, of another course, or sent already. */
export async function sendAttachments(
  tx: Db,
  attachmentIds: readonly string[],
  to: {
    readonly courseId: string;
    readonly personId: string;
    readonly queryId: string;
    readonly answerId: string | null;
  },
): Promise<void> {
  if (attachmentIds.length === 0) return;
  const result = await tx
    .updateTable("query_attachments")
    .set({ query_id: to.queryId, answer_id: to.answerId })
    .where("id", "in", attachmentIds)
    .where("course_id", "=", to.courseId)
    .where("added_by", "=", to.personId)
    .where("query_id", "is", null)
    .executeTakeFirst();
  if (Number(result.numUpdatedRows) !== new Set(attachmentIds).size)
    throw invalidField(
      "attachmentIds",
      "One of these files is not yours to send here, or was sent already. Add it again.",
    );
}

/** Lets go of files, for good. */
export async function dropAttachments(
  { tx, blobs }: { readonly tx: Db; readonly blobs: HeldBlobs },
  rows: readonly Pick<QueryAttachmentsTable, "id" | "sha256">[],
): Promise<void> {
  for (const { id, sha256 } of rows) {
    await blobs.release(sha256, holderOf(id));
    await tx.deleteFrom("query_attachments").where("id", "=", id).execute();
  }
}
