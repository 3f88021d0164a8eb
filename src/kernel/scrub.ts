/**
 * Looks after the blobs in use: each node reads a few of its own again on each run. What is damaged or missing is
 * fetched from another node; where none has it, whoever runs the school hears of it while a backup still has it, and
 * not from the student whose file is gone.
 */
import { BlobError, type BlobStat, type BlobStore } from "#engines/blobs/port.ts";
import { Unavailable } from "#engines/errors.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import type { BlobTables } from "./blob-holds.ts";
import type { Log } from "./kernel.ts";
import type { Schedule } from "./schedules.ts";

export const scrubEveryMs = 10 * 60_000;
/** One run reads at least one blob and then goes on while it has read less than this, and fewer than so many. */
export const scrubBytesMax = 256 * 1024 ** 2;
export const scrubBlobsMax = 100;

/** The schedule that reads blobs again, in the order of their names, and begins anew at the end. */
export function scrubSchedule(parts: {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly log: Log;
}): Schedule {
  const { store, blobs, log } = parts;
  let after = "";
  return {
    name: "scrub-blobs",
    everyMs: scrubEveryMs,
    async run() {
      const { value: rows } = await store.read((database) =>
        tablesOf<BlobTables>(database)
          .selectFrom("blobs")
          .select(["sha256", "bytes"])
          .where("sha256", ">", after)
          .where("released_at", "is", null)
          .orderBy("sha256")
          .limit(scrubBlobsMax)
          .execute(),
      );
      let bytesRead = 0;
      for (const { sha256, bytes } of rows) {
        if (bytesRead >= scrubBytesMax) return false;
        await look({ blobs, log }, { sha256, bytes });
        after = sha256;
        bytesRead += bytes;
      }
      if (rows.length < scrubBlobsMax) after = "";
      return false;
    },
  };
}

/** Reads one again and mends it where it must be; where that is not possible, the next round tries again. */
async function look(
  { blobs, log }: { readonly blobs: BlobStore; readonly log: Log },
  blob: BlobStat,
): Promise<void> {
  const fault = await faultOf(blobs, blob);
  if (fault === null) return;
  try {
    if (await blobs.mend(blob)) return;
    log("error", `a file in use is ${fault}; restore it from a backup or send it again`, { ...blob });
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    log(
      "error",
      `a file in use is ${fault} and could not be fetched; if that stays so, restore it from a backup or send it again`,
      { ...blob, because: error.message },
    );
  }
}

async function faultOf(blobs: BlobStore, { sha256, bytes }: BlobStat): Promise<"missing" | "damaged" | null> {
  try {
    let count = 0;
    for await (const piece of await blobs.open(sha256)) count += (piece as Uint8Array).byteLength;
    return count === bytes ? null : "damaged";
  } catch (error) {
    // Missing here, and whoever may have it does not answer.
    if (error instanceof Unavailable) return "missing";
    if (error instanceof BlobError && error.code === "not_found") return "missing";
    if (error instanceof BlobError && error.code === "damaged") return "damaged";
    throw error;
  }
}
