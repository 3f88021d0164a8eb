/** Giving a material a new revision: what it was is kept, up to a limit, and can be opened and restored. */
import type { Kysely } from "kysely";
import type { CommandContext } from "#kernel/operation.ts";
import { changedBy } from "#slices/courses/api.ts";
import { wantDocument } from "./documents.ts";
import { materialUpdated } from "./events.ts";
import { asPastRevision, holderOf } from "./materials.ts";
import { revisionsMax } from "./schema.ts";
import type { MaterialsTable, MaterialsTables, RevisionColumns } from "./tables.ts";

type Context = Pick<
  CommandContext<MaterialsTables, unknown, unknown>,
  "tx" | "actor" | "now" | "emit" | "blobs" | "enqueue"
>;

/** Puts the current revision among the past ones and `content` in its place; the oldest goes when there are too many. */
export async function reviseMaterial(
  { tx, actor, now, emit, blobs, enqueue }: Context,
  row: MaterialsTable,
  {
    content,
    note,
    text,
  }: { readonly content: RevisionColumns; readonly note: string; readonly text?: string },
): Promise<MaterialsTable> {
  await tx.insertInto("material_revisions").values(asPastRevision(row)).execute();
  const by = changedBy(actor);
  const changes = {
    ...content,
    revision: row.revision + 1,
    revision_note: note,
    revised_by: by,
    revised_at: now,
    version: row.version + 1,
    updated_by: by,
    updated_at: now,
  };
  await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
  const { revision } = changes;
  if (text !== undefined)
    await tx.insertInto("material_page_texts").values({ material_id: row.id, revision, text }).execute();
  if (content.sha256 !== "") {
    await blobs.hold(content, holderOf(row.id));
    await wantDocument({ tx, now, enqueue }, content);
  }
  await forgetOldest(tx, blobs, { ...row, ...changes });
  emit(materialUpdated, { materialId: row.id, courseId: row.course_id });
  return { ...row, ...changes };
}

/** Every blob that a material refers to: of its revisions, images and captions. */
export async function blobsOf(
  db: Kysely<MaterialsTables>,
  materialId: string,
): Promise<{ readonly sha256: string; readonly bytes: number }[]> {
  const found = new Map<string, number>();
  for (const table of ["material_revisions", "material_page_images", "material_captions"] as const)
    for (const { sha256, bytes } of await db
      .selectFrom(table)
      .select(["sha256", "bytes"])
      .where("material_id", "=", materialId)
      .execute())
      found.set(sha256, bytes);
  const current = await db
    .selectFrom("materials")
    .select(["sha256", "bytes"])
    .where("id", "=", materialId)
    .executeTakeFirst();
  if (current !== undefined) found.set(current.sha256, current.bytes);
  found.delete("");
  return [...found].map(([sha256, bytes]) => ({ sha256, bytes }));
}

async function forgetOldest(
  tx: Kysely<MaterialsTables>,
  blobs: Context["blobs"],
  row: Pick<MaterialsTable, "id" | "revision">,
): Promise<void> {
  const past = await tx
    .selectFrom("material_revisions")
    .select(["revision", "sha256"])
    .where("material_id", "=", row.id)
    .orderBy("revision", "desc")
    .offset(revisionsMax - 1)
    .limit(2)
    .execute();
  for (const { revision, sha256 } of past) {
    for (const table of ["material_revisions", "material_page_texts"] as const)
      await tx.deleteFrom(table).where("material_id", "=", row.id).where("revision", "=", revision).execute();
    const inUse = (await blobsOf(tx, row.id)).some((blob) => blob.sha256 === sha256);
    if (sha256 !== "" && !inUse) await blobs.release(sha256, holderOf(row.id));
  }
}
