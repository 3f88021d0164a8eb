/** Files from the folder of another node, checked by their content: what a backup is too old to hold. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { LocalBlobs } from "#engines/blobs/local/open.ts";
import { placesIn } from "#engines/blobs/local/places.ts";

export interface TakenFiles {
  readonly taken: number;
  /** The names of those that are nowhere. */
  readonly missing: readonly string[];
}

/** Takes those of `wanted` that `blobs` lacks from the data folder `from`, or from its folder of files. */
export async function takeFilesFrom(
  blobs: LocalBlobs,
  wanted: readonly { readonly sha256: string }[],
  from: string | null,
): Promise<TakenFiles> {
  let taken = 0;
  const missing: string[] = [];
  for (const { sha256 } of wanted) {
    if ((await blobs.stat(sha256)) !== null) continue;
    const source = from === null ? null : await findFile(from, sha256);
    if (source === null) {
      missing.push(sha256);
      continue;
    }
    await blobs.take({ sha256, bytes: source.bytes }, createReadStream(source.path));
    taken += 1;
  }
  return { taken, missing };
}

async function findFile(
  folder: string,
  sha256: string,
): Promise<{ readonly path: string; readonly bytes: number } | null> {
  for (const root of [folder, join(folder, "blobs")]) {
    const path = placesIn(root).blob(sha256);
    const facts = await stat(path).catch(() => null);
    if (facts?.isFile() === true) return { path, bytes: facts.size };
  }
  return null;
}
