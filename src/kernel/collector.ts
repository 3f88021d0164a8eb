/**
 * Blobs that nobody needs go; blobs that somebody needs are looked after. Deleting is in three steps, so that no
 * command can refer to a file that is on its way out: the row is marked in a command of its own (from then on a
 * command that wants the blob is told to send it again), the file is deleted, and then the row. A crash between them
 * is made good by the next run.
 *
 * A blob that came in lately is never deleted, whatever its row says: somebody may be about to refer to it.
 */
import { assert } from "#base/assert.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import type { ReplicatedBlobs } from "#engines/blobs/replicated/port.ts";
import { type Database, type Store, tablesOf } from "#engines/store/port.ts";
import { type BlobTables, blobGraceMs } from "./blob-holds.ts";
import type { Log } from "./kernel.ts";
import type { Schedule } from "./schedules.ts";

/** How many blobs one run deletes or asks the store about at once. */
export const collectChunkMax = 200;
export const collectEveryMs = 10 * 60_000;
/** A blob that no command ever referred to goes after so long: an upload lives a day, and a call may be under way. */
export const orphanAgeMs = 25 * 3_600_000;

export interface CollectorParts {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly log: Log;
}

/** The schedule, once in the cluster, that deletes blobs released longer than the grace time, on every node. */
export function collectSchedule(
  parts: CollectorParts & { readonly replicas: Pick<ReplicatedBlobs, "removeElsewhere"> | null },
): Schedule {
  return {
    name: "collect-blobs",
    everyMs: collectEveryMs,
    async run(now) {
      const { deleted, more } = await collectReleased(parts, parts.replicas, now);
      if (deleted > 0) parts.log("info", "files that nobody refers to any more were deleted", { deleted });
      return more;
    },
  };
}

/** The schedule of every node that deletes expired uploads, and blobs in its folder that nobody ever wanted. */
export function sweepSchedule({ store, blobs, log }: CollectorParts): Schedule {
  return {
    name: "sweep-files",
    everyMs: collectEveryMs,
    async run(now) {
      const uploads = await blobs.expireUploads();
      const orphans = await collectOrphans(store, blobs, now);
      if (uploads + orphans > 0) log("info", "files that nobody needs were deleted", { uploads, orphans });
      return false;
    },
  };
}

async function collectReleased(
  { store, blobs }: CollectorParts,
  replicas: Pick<ReplicatedBlobs, "removeElsewhere"> | null,
  now: number,
): Promise<{ deleted: number; more: boolean }> {
  const { value: marked } = await store.write(({ database }) => markCollected(database, now));
  const storedBefore = now - orphanAgeMs;
  let deleted = 0;
  for (const sha256 of marked) if (await blobs.remove(sha256, { storedBefore })) deleted++;
  // A node that is away finds no row for them later, and sweeps them as what nobody wants.
  if (marked.length > 0) await replicas?.removeElsewhere(marked, storedBefore);
  // What was sent again meanwhile is still there: without a row it is like any new file that no command knows yet.
  if (marked.length > 0) await store.write(({ database }) => forget(database, marked));
  return { deleted, more: marked.length === collectChunkMax };
}

/** Marks what has been released for longer than the grace time; what an earlier run left marked comes along. */
async function markCollected(database: Database, now: number): Promise<string[]> {
  const db = tablesOf<BlobTables>(database);
  const due = await db
    .selectFrom("blobs")
    .select("sha256")
    .where("released_at", "<=", now - blobGraceMs)
    .orderBy("released_at")
    .limit(collectChunkMax)
    .execute();
  const names = due.map(({ sha256 }) => sha256);
  if (names.length === 0) return names;
  const held = await db.selectFrom("blob_holders").select("sha256").where("sha256", "in", names).execute();
  assert(held.length === 0, `the blob ${held[0]?.sha256} is marked as released but still has a holder`);
  await db.updateTable("blobs").set({ collected_at: now }).where("sha256", "in", names).execute();
  return names;
}

async function forget(database: Database, names: readonly string[]): Promise<void> {
  await tablesOf<BlobTables>(database)
    .deleteFrom("blobs")
    .where("sha256", "in", names)
    .where("collected_at", "is not", null)
    .execute();
}

/** Deletes blobs of this node that no row knows: sent, but never referred to, or collected while it was away. */
async function collectOrphans(store: Store, blobs: BlobStore, now: number): Promise<number> {
  const storedBefore = now - orphanAgeMs;
  let deleted = 0;
  const sweep = async (names: readonly string[]) => {
    const known = await knownOf(store, names);
    for (const sha256 of names)
      if (!known.has(sha256) && (await blobs.remove(sha256, { storedBefore }))) deleted++;
  };
  let chunk: string[] = [];
  for await (const { sha256, storedAt } of blobs.list()) {
    if (storedAt >= storedBefore) continue;
    chunk.push(sha256);
    if (chunk.length < collectChunkMax) continue;
    await sweep(chunk);
    chunk = [];
  }
  if (chunk.length > 0) await sweep(chunk);
  return deleted;
}

/** As the whole cluster knows it: a node that has lost touch must not throw away what others began to need. */
async function knownOf(store: Store, names: readonly string[]): Promise<Set<string>> {
  const { value } = await store.read(
    (database) =>
      tablesOf<BlobTables>(database)
        .selectFrom("blobs")
        .select("sha256")
        .where("sha256", "in", names)
        .execute(),
    { strong: true },
  );
  return new Set(value.map(({ sha256 }) => sha256));
}
