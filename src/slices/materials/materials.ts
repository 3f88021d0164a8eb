/** Reading the rows of materials, for the operations of this slice. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { FileReference } from "#kernel/held-blobs.ts";
import { stateAt } from "./release.ts";
import type { Material } from "./schema.ts";
import type { MaterialRevisionsTable, MaterialsTable, MaterialsTables, RevisionColumns } from "./tables.ts";

type Db = Kysely<MaterialsTables>;

/** The row of a material; for operations whose policy has found it there. */
export function materialRow(db: Db, materialId: string): Promise<MaterialsTable> {
  return db.selectFrom("materials").selectAll().where("id", "=", materialId).executeTakeFirstOrThrow();
}

/** The material as the wire names it, without what depends on who looks. */
export function materialOf(
  row: MaterialsTable,
  now: number,
): Omit<Material, "captions" | "locks" | "release" | "myReading"> {
  return {
    materialId: row.id,
    courseId: row.course_id,
    moduleId: row.module_id === "" ? null : row.module_id,
    kind: row.kind,
    title: row.title,
    description: row.description,
    state: stateAt(datesOf(row), now),
    order: row.place,
    file: fileOf(row),
    url: row.url === "" ? null : row.url,
    pages: row.pages,
    revision: row.revision,
    latestRevision: row.revision,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    removedAt: row.removed_at,
  };
}

/** The dates of a row as the rules want them. */
export function datesOf(
  row: Pick<MaterialsTable, "published" | "publish_at" | "available_from" | "available_until">,
) {
  return {
    published: row.published === 1,
    publishAt: row.publish_at,
    availableFrom: row.available_from,
    availableUntil: row.available_until,
  };
}

/** The file of a revision; null for what has none. */
export function fileOf(
  row: Pick<RevisionColumns, "file_name" | "media_type" | "bytes" | "sha256">,
): FileReference | null {
  if (row.sha256 === "") return null;
  return { fileName: row.file_name, mediaType: row.media_type, bytes: row.bytes, sha256: row.sha256 };
}

/** The name under which a material refers to its blobs: of every revision, image and caption that is kept. */
export function holderOf(materialId: string): string {
  return `materials:${materialId}`;
}

/** The row with the content of one of its revisions in place of the current one. */
export async function rowAtRevision(
  db: Db,
  row: MaterialsTable,
  revision: number | undefined,
): Promise<MaterialsTable> {
  if (revision === undefined || revision === row.revision) return row;
  const past = await db
    .selectFrom("material_revisions")
    .selectAll()
    .where("material_id", "=", row.id)
    .where("revision", "=", revision)
    .executeTakeFirst();
  if (past === undefined)
    throw new Refusal(
      "not_found",
      `Revision ${revision} of this material is not kept. The current one is ${row.revision}.`,
    );
  const { url, file_name, media_type, bytes, sha256, pages } = past;
  return { ...row, url, file_name, media_type, bytes, sha256, pages, revision };
}

/** The current revision as a row of the past ones. */
export function asPastRevision(row: MaterialsTable): MaterialRevisionsTable {
  const { url, file_name, media_type, bytes, sha256, pages } = row;
  return {
    material_id: row.id,
    revision: row.revision,
    ...{ url, file_name, media_type, bytes, sha256, pages },
    note: row.revision_note,
    made_by: row.revised_by ?? row.created_by,
    made_at: row.revised_at ?? row.created_at,
  };
}

/** The file of a material that its policy has found to have one. */
export function requireFile(row: MaterialsTable): FileReference {
  const file = fileOf(row);
  if (file === null)
    throw new Refusal("no_file", `This material is a ${row.kind}; it has no file of its own.`, {
      kind: "failed_precondition",
    });
  return file;
}

/** Refuses to change what was removed. */
export function requireThere(row: MaterialsTable): void {
  if (row.removed_at !== null)
    throw new Refusal("material_removed", "This material was removed. Restore it first.");
}
