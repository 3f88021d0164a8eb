/** Reading the rows of materials, for the operations of this slice. */
import type { Kysely } from "kysely";
import type { FileReference } from "#kernel/held-blobs.ts";
import type { Material } from "./schema.ts";
import type { MaterialsTable, MaterialsTables } from "./tables.ts";

/** The row of a material; for operations whose policy has found it there. */
export function materialRow(db: Kysely<MaterialsTables>, materialId: string): Promise<MaterialsTable> {
  return db.selectFrom("materials").selectAll().where("id", "=", materialId).executeTakeFirstOrThrow();
}

/** The material as the wire names it. */
export function materialOf(row: MaterialsTable): Material {
  return {
    materialId: row.id,
    courseId: row.course_id,
    title: row.title,
    description: row.description,
    state: row.published === 1 ? "published" : "draft",
    order: row.place,
    file: fileOf(row),
    pages: row.pages,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    removedAt: row.removed_at,
  };
}

export function fileOf(
  row: Pick<MaterialsTable, "file_name" | "media_type" | "bytes" | "sha256">,
): FileReference {
  return { fileName: row.file_name, mediaType: row.media_type, bytes: row.bytes, sha256: row.sha256 };
}

/** Bytes of all files in a course's contents, less those of removed ones. */
export async function bytesInCourse(db: Kysely<MaterialsTables>, courseId: string): Promise<number> {
  const { bytes } = await db
    .selectFrom("materials")
    .select((each) => each.fn.sum<number | null>("bytes").as("bytes"))
    .where("course_id", "=", courseId)
    .where("removed_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(bytes ?? 0);
}

/** The name under which a material refers to its blob. */
export function holderOf(materialId: string): string {
  return `materials:${materialId}`;
}
