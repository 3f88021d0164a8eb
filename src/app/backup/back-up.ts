/**
 * Makes a backup of a node while it works: a snapshot of the database, then every file that it refers to. Files never
 * change and stay for days after their last use, so what the snapshot refers to is there when its turn comes.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "#engines/blobs/port.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import { countRows } from "#engines/store/sqlite/snapshot-counts.ts";
import type { BlobTables } from "#kernel/blob-holds.ts";
import { type ArchiveEntry, writeArchive } from "./archive.ts";
import { backupFormat, blobName, databaseName, type Manifest, manifestName } from "./manifest.ts";

export interface BackupSource {
  readonly store: Store;
  readonly blobs: BlobStore;
  /** A folder on a disk with room for a copy of the database. */
  readonly scratchFolder: string;
  readonly version: string;
  /** Milliseconds UTC. */
  readonly now: number;
}

/** The bytes of the backup. The manifest comes last: an archive without it was cut off. */
export async function* backUp(source: BackupSource): AsyncGenerator<Uint8Array> {
  const scratch = await mkdtemp(join(source.scratchFolder, "backup-"));
  try {
    yield* writeArchive(entriesOf(source, join(scratch, databaseName)), source.now);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function* entriesOf(source: BackupSource, snapshotFile: string): AsyncGenerator<ArchiveEntry> {
  const { store, blobs } = source;
  const { position, bytes } = await store.snapshotTo(snapshotFile);
  const rows = countRows(snapshotFile);
  // Read after the snapshot, so that it knows at least every file that the snapshot refers to.
  const wanted = await usedBlobs(store);
  const files: Manifest["files"] = [];
  const database = hashed(createReadStream(snapshotFile));
  yield { name: databaseName, bytes, content: database.content };
  files.push({ name: databaseName, bytes, sha256: database.sha256() });
  for (const { sha256, holders } of wanted) {
    const stat = await blobs.stat(sha256);
    if (stat === null) {
      // Nobody refers to it any more and it has been collected since.
      if (holders === 0) continue;
      throw new Error(
        `The file ${sha256} is in use but not in the blob store: run lyceum doctor. There is no backup.`,
      );
    }
    yield { name: blobName(sha256), bytes: stat.bytes, content: await blobs.open(sha256) };
    files.push({ name: blobName(sha256), bytes: stat.bytes, sha256 });
  }
  const manifest: Manifest = {
    format: backupFormat,
    version: source.version,
    createdAt: source.now,
    position,
    files,
    rows,
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  yield { name: manifestName, bytes: text.length, content: once(text) };
}

/** Every blob that the store knows, with the number of its holders. */
export async function usedBlobs(
  store: Store,
): Promise<readonly { readonly sha256: string; readonly holders: number }[]> {
  const { value } = await store.read((database) =>
    tablesOf<BlobTables>(database)
      .selectFrom("blobs")
      .leftJoin("blob_holders", "blob_holders.sha256", "blobs.sha256")
      .select(({ fn }) => ["blobs.sha256", fn.count<number>("blob_holders.holder").as("holders")])
      .where("blobs.collected_at", "is", null)
      .groupBy("blobs.sha256")
      .orderBy("blobs.sha256")
      .execute(),
  );
  return value.map(({ sha256, holders }) => ({ sha256, holders: Number(holders) }));
}

function hashed(source: AsyncIterable<Uint8Array>): {
  content: AsyncIterable<Uint8Array>;
  sha256: () => string;
} {
  const hash = createHash("sha256");
  async function* content() {
    for await (const piece of source) {
      hash.update(piece);
      yield piece;
    }
  }
  return { content: content(), sha256: () => hash.digest("hex") };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
