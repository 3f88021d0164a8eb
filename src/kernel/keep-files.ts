/**
 * Has every node hold every file that the school needs: one that joined later, or was away when a file came, fetches
 * what it lacks, a little at a time, so that whoever uses the school does not notice.
 */
import type { Clock } from "#base/clock.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { Unavailable } from "#engines/errors.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import type { BlobTables } from "./blob-holds.ts";
import type { Schedule } from "./schedules.ts";

export const keepFilesEveryMs = 10 * 60_000;
/** Files that one run looks at. */
export const keepFilesMax = 200;
/** After a round in which nobody gave some file, or on a node that has not heard of any yet, the next one comes sooner. */
export const keepFilesSoonMs = 30_000;
/** A look that took longer than this was a fetch: the link rests for as long as it took. */
const fetchMsMin = 20;

/** The schedule that looks at each file in the order of names; looking fetches what is missing. */
export function keepFilesSchedule({
  store,
  blobs,
  clock,
}: {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}): Schedule {
  let after = "";
  let isComplete = true;
  return {
    name: "keep-files",
    everyMs: keepFilesEveryMs,
    async run() {
      const { value: rows } = await store.read((database) =>
        tablesOf<BlobTables>(database)
          .selectFrom("blobs")
          .select("sha256")
          .where("sha256", ">", after)
          .where("collected_at", "is", null)
          .orderBy("sha256")
          .limit(keepFilesMax)
          .execute(),
      );
      for (const { sha256 } of rows) {
        const from = clock.monotonic();
        isComplete = (await look(blobs, sha256)) && isComplete;
        const tookMs = clock.monotonic() - from;
        if (tookMs > fetchMsMin) await new Promise<void>((resolve) => void clock.after(tookMs, resolve));
      }
      if (rows.length === keepFilesMax) {
        after = rows.at(-1)?.sha256 ?? "";
        return true;
      }
      const isDone = isComplete && (after !== "" || rows.length > 0);
      after = "";
      isComplete = true;
      return isDone ? false : keepFilesSoonMs;
    },
  };
}

/** Whether the file is here now, or with nobody; one that nobody gives at present is fetched on a later round. */
async function look(blobs: BlobStore, sha256: string): Promise<boolean> {
  try {
    await blobs.stat(sha256);
    return true;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return false;
  }
}
