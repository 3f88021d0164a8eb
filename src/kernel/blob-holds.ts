/**
 * Which rows refer to which blobs, kept in the store so that no blob in use is ever collected. A blob whose last holder
 * has gone is marked, and collected after a grace time; a command that refers to it meanwhile revives it.
 */
import { type Database, type Migration, tablesOf } from "#engines/store/port.ts";
import { Refusal } from "./errors.ts";
import type { HeldBlobs } from "./held-blobs.ts";

/** How long a blob that nobody refers to stays: long enough to undo a removal, or to restore a backup beside it. */
export const blobGraceMs = 7 * 24 * 3_600_000;

export interface BlobsTable {
  sha256: string;
  bytes: number;
  /** When its last holder went; null while it has one. */
  released_at: number | null;
  /** When its collection began: its files are being deleted, and it cannot be revived. Null before. */
  collected_at: number | null;
}

export interface BlobTables {
  blobs: BlobsTable;
  blob_holders: { sha256: string; holder: string };
}

export const blobMigrations: readonly Migration[] = [
  {
    name: "kernel/0005-blobs",
    up: (schema) => [
      schema
        .createTable("blobs")
        .addColumn("sha256", "text", (column) => column.notNull().primaryKey())
        .addColumn("bytes", "integer", (column) => column.notNull())
        .addColumn("released_at", "integer")
        .addColumn("collected_at", "integer"),
      schema.createIndex("blobs_by_release").on("blobs").column("released_at"),
      schema
        .createTable("blob_holders")
        .addColumn("sha256", "text", (column) => column.notNull())
        .addColumn("holder", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("blob_holders_pk", ["sha256", "holder"]),
    ],
  },
];

/** The holds as a command's context offers them, within its transaction. */
export function heldBlobs(database: Database, now: number): HeldBlobs {
  const db = tablesOf<BlobTables>(database);
  return {
    async hold({ sha256, bytes }, holder) {
      const known = await db
        .selectFrom("blobs")
        .select("collected_at")
        .where("sha256", "=", sha256)
        .executeTakeFirst();
      if (known !== undefined && known.collected_at !== null)
        throw new Refusal("upload_expired", "This file was being deleted. Send it again.");
      await db
        .insertInto("blobs")
        .values({ sha256, bytes, released_at: null, collected_at: null })
        .onConflict((conflict) => conflict.column("sha256").doUpdateSet({ released_at: null }))
        .execute();
      await db
        .insertInto("blob_holders")
        .values({ sha256, holder })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async release(sha256, holder) {
      await db.deleteFrom("blob_holders").where("sha256", "=", sha256).where("holder", "=", holder).execute();
      const other = await db
        .selectFrom("blob_holders")
        .select("holder")
        .where("sha256", "=", sha256)
        .executeTakeFirst();
      if (other === undefined)
        await db.updateTable("blobs").set({ released_at: now }).where("sha256", "=", sha256).execute();
    },
  };
}
