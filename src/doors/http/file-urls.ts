/**
 * Signed addresses of files, the same one for a while: sealing each time would give every answer another address, so
 * that neither the answer nor the file could ever be found in a browser's cache.
 */
import { LRUCache } from "lru-cache";
import type { Clock } from "#base/clock.ts";
import type { FileReference } from "#kernel/held-blobs.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { fileUrl } from "./files.ts";

/** Half of what an address holds, so that whoever gets one has time to use it. */
const reusedMs = 30 * 60_000;
const filesMax = 10_000;

/** Gives the function that names the address of a file. */
export function cachedFileUrls(kernel: Kernel, clock: Clock): (file: FileReference) => Promise<string> {
  const known = new LRUCache<string, { readonly url: string; readonly until: number }>({ max: filesMax });
  return async (file) => {
    const now = clock.now();
    const key = `${file.sha256} ${file.mediaType} ${file.fileName}`;
    const cached = known.get(key);
    if (cached !== undefined && now < cached.until) return cached.url;
    const url = await fileUrl(kernel.services, file, now);
    known.set(key, { url, until: now + reusedMs });
    return url;
  };
}
