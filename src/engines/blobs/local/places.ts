/** Where the blob store keeps what: two levels of folders, so that none of them grows long. */
import { dirname, join } from "node:path";
import type { FilePort } from "./file-port.ts";

export interface Places {
  readonly uploads: string;
  readonly blobs: string;
  record(id: string): string;
  part(id: string): string;
  blob(sha256: string): string;
}

/** The places in `folder`. */
export function placesIn(folder: string): Places {
  const uploads = join(folder, "uploads");
  const blobs = join(folder, "blobs");
  return {
    uploads,
    blobs,
    record: (id) => join(uploads, `${id}.json`),
    part: (id) => join(uploads, `${id}.part`),
    blob: (sha256) => join(blobs, sha256.slice(0, 2), sha256.slice(2, 4), sha256),
  };
}

/** Gives the bytes of a finished upload their final name. */
export async function placeBlob(files: FilePort, places: Places, id: string, sha256: string): Promise<void> {
  const path = places.blob(sha256);
  await files.makeFolder(dirname(path));
  await files.rename(places.part(id), path);
  await files.syncFolder(dirname(path));
}
