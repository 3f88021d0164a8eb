/** The files of an assignment's description: each is replaced by new versions, and none that students relied on is lost. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import { type FileKindName, fileKinds, fileRefusals, pagesOf, requireKind } from "#kernel/file-kinds.ts";
import type { UploadedBlob } from "#kernel/held-blobs.ts";
import type { Services } from "#kernel/services.ts";
import { fileOf } from "./assignments.ts";
import { type Attachment, attachmentBytesMax } from "./schema.ts";
import type {
  AssignmentAttachmentsTable,
  AssignmentAttachmentVersionsTable,
  AssignmentsTables,
} from "./tables.ts";

type Db = Kysely<AssignmentsTables>;

/** An assignment's description may come with any kind of file that Lyceum knows. */
const kindsTaken = Object.keys(fileKinds) as FileKindName[];

/** What operations declare that take such a file. */
export const attachmentRefusals = { ...fileRefusals, course_storage_full: "too_large" } as const;

/** Under which name the versions of an attachment are held. */
export function attachmentHolder(attachmentId: string): string {
  return `assignment_attachments:${attachmentId}`;
}

/** Refuses a file that cannot be part of a description. */
export async function requireAttachable(
  file: UploadedBlob,
  services: Pick<Services, "blobs" | "inspector">,
): Promise<void> {
  requireKind(file, kindsTaken);
  if (file.bytes > attachmentBytesMax)
    throw new Refusal(
      "too_large",
      `A file of a description has at most ${attachmentBytesMax / 1024 ** 2} MiB. Add it to the course's contents instead, and name it in the instructions.`,
    );
  // Opened only to refuse now what students could not open later.
  await pagesOf(file, services);
}

/** The files that an assignment's description has at present, in the order in which they were added. */
export async function attachmentsOf(db: Db, assignmentId: string): Promise<Attachment[]> {
  const rows = await db
    .selectFrom("assignment_attachments")
    .innerJoin("assignment_attachment_versions", (join) =>
      join
        .onRef("assignment_attachment_versions.attachment_id", "=", "assignment_attachments.id")
        .onRef("assignment_attachment_versions.version", "=", "assignment_attachments.version"),
    )
    .selectAll("assignment_attachment_versions")
    .where("assignment_attachments.assignment_id", "=", assignmentId)
    .where("assignment_attachments.removed_at", "is", null)
    .orderBy("assignment_attachments.id")
    .execute();
  return rows.map(attachmentOf);
}

/** The attachment in this version, as the wire names it. */
export function attachmentOf(row: AssignmentAttachmentVersionsTable): Attachment {
  return {
    attachmentId: row.attachment_id,
    file: fileOf(row),
    version: row.version,
    addedAt: row.added_at,
  };
}

/** For operations whose policy has found it there. */
export function attachmentRow(db: Db, attachmentId: string): Promise<AssignmentAttachmentsTable> {
  return db
    .selectFrom("assignment_attachments")
    .selectAll()
    .where("id", "=", attachmentId)
    .executeTakeFirstOrThrow();
}

export function attachmentVersion(
  db: Db,
  { id, version }: Pick<AssignmentAttachmentsTable, "id" | "version">,
): Promise<AssignmentAttachmentVersionsTable | undefined> {
  return db
    .selectFrom("assignment_attachment_versions")
    .selectAll()
    .where("attachment_id", "=", id)
    .where("version", "=", version)
    .executeTakeFirst();
}

/** Refuses a change of an attachment that somebody has replaced or removed since it was seen. */
export function requireAttachmentVersion(row: AssignmentAttachmentsTable, seen: number): void {
  if (row.removed_at !== null)
    throw new Refusal("attachment_removed", "This file was removed from the description. Restore it first.", {
      kind: "failed_precondition",
    });
  if (row.version !== seen)
    throw new Refusal(
      "stale_version",
      `Somebody replaced this file meanwhile (version ${row.version}). Look at it again, then decide.`,
      { kind: "conflict" },
    );
}

/** Writes a version of an attachment. */
export async function putAttachmentVersion(
  tx: Db,
  file: UploadedBlob,
  version: Omit<AssignmentAttachmentVersionsTable, "file_name" | "media_type" | "bytes" | "sha256">,
): Promise<Attachment> {
  const row = {
    ...version,
    file_name: file.fileName,
    media_type: file.mediaType,
    bytes: file.bytes,
    sha256: file.sha256,
  };
  await tx.insertInto("assignment_attachment_versions").values(row).execute();
  return attachmentOf(row);
}
