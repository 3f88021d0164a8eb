/**
 * A zip file that is made while it is read: one blob is open at a time, whatever their number. Nothing is compressed:
 * what people hand in mostly is already, and so the size is known before the first byte.
 */
import type { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { assert } from "#base/assert.ts";
import type { BlobStore } from "./port.ts";

/** A stored file by its hash, or a text. */
export interface ZipEntry {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly text: string | null;
  /** Milliseconds UTC. */
  readonly modifiedAt: number;
}

export interface ZipStream {
  /** The size of the whole. */
  readonly bytes: number;
  readonly stream: Readable;
}

/** What the directory at the end says of an entry, beside its path. */
const directoryEntryBytes = 83;

/**
 * Whether the directory at the end may have 64 KiB. From there on yazl foretells the size of the longer format, which
 * it then does not write unless it is told to (thejoshwolfe/yazl, `calculateTotalSize`).
 */
function isLong(entries: readonly ZipEntry[]): boolean {
  let bytes = 0;
  for (const { path } of entries) bytes += directoryEntryBytes + Buffer.byteLength(path);
  return bytes >= 0xffff;
}

/** The zip of `entries`, which must have different paths. To stop early, destroy the stream. */
export function zipStream(blobs: Pick<BlobStore, "open">, entries: readonly ZipEntry[]): ZipStream {
  const zip = new ZipFile();
  const stream = zip.outputStream as Readable;
  let current: Readable | null = null;
  let isClosed = false;
  const fail = (error: Error) => stream.destroy(error);
  for (const { path, bytes, sha256, text, modifiedAt } of entries) {
    const options = { mtime: new Date(modifiedAt), compress: false } as const;
    if (sha256 === null) zip.addBuffer(Buffer.from(text ?? ""), path, options);
    else
      zip.addReadStreamLazy(path, { ...options, size: bytes }, (give) => {
        if (isClosed) return;
        blobs.open(sha256).then((source) => {
          current = source;
          if (isClosed) source.destroy();
          source.once("error", fail);
          give(null, source);
        }, fail);
      });
  }
  stream.once("close", () => {
    isClosed = true;
    current?.destroy();
  });
  zip.on("error", fail);
  let size = -1;
  // The types of yazl leave out what it calls back with.
  zip.end({ forceZip64Format: isLong(entries), comment: "" }, ((bytes: number) => {
    size = bytes;
  }) as () => void);
  assert(size >= 0, "the size of a zip without compression is known");
  return { bytes: size, stream };
}
