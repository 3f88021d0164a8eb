/**
 * Files of any size, kept by their content: a blob's name is the SHA-256 of its bytes. An upload is taken in
 * pieces, may be resumed, and becomes a blob when its last byte is durable. The store of blobs knows nothing of who
 * may read what: that is the policy of the operation that refers to a blob.
 */
import type { Readable } from "node:stream";

/** Lower-case hexadecimal SHA-256 of a blob's bytes: 64 characters. */
export type Sha256 = string;

export interface BlobStat {
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** An upload that has been begun: a place on this node that takes bytes in order. */
export interface Upload {
  readonly id: string;
  /** Who began it; nobody else can add to it, finish it or refer to it. */
  readonly owner: string;
  /** The name that the file bore where it came from; for people, never for a path. */
  readonly fileName: string;
  /** How many bytes it will have, or null when the sender does not know. */
  readonly bytesExpected: number | null;
  readonly bytesReceived: number;
  /** Set once the upload is whole and durable. */
  readonly finished: FinishedUpload | null;
  /** Milliseconds UTC after which it is thrown away. */
  readonly expiresAt: number;
}

export interface FinishedUpload extends BlobStat {
  /** The media type that the bytes themselves show (`application/pdf`), whatever the sender claimed. */
  readonly mediaType: string;
}

export interface BlobStore {
  /**
   * Begins an upload. Throws `BlobError` `too_large` when `bytesExpected` is over the limit, `too_many` when its owner
   * has as many unfinished uploads as one may have, and `Unavailable` when the disk has no room for it.
   */
  beginUpload(wish: {
    readonly owner: string;
    readonly fileName: string;
    readonly bytesExpected: number | null;
  }): Promise<Upload>;
  /** The upload, or null when there is none of that id (it never was, was given up, or has expired). */
  upload(id: string): Promise<Upload | null>;
  /**
   * Adds the bytes of `source` from `offset` on, with backpressure, and keeps what has arrived when the source breaks
   * off. Throws `BlobError` `offset_mismatch` when `offset` is not the number of bytes received, `too_large` when the
   * bytes would go past what was announced or allowed, `busy` while another call adds to it. When the announced number
   * is reached, the upload is finished. The chunks must not be changed after they were handed over.
   */
  appendToUpload(id: string, offset: number, source: AsyncIterable<Uint8Array>): Promise<Upload>;
  /** Finishes an upload whose size was not announced. Finishing twice gives the same answer. */
  finishUpload(id: string): Promise<Upload>;
  /** Throws an upload away, finished or not; its blob goes too, in time, unless a command refers to it. */
  abandonUpload(id: string): Promise<void>;
  /** The blob's size, or null when it is not here. */
  stat(sha256: Sha256): Promise<BlobStat | null>;
  /**
   * The bytes from `start` to `end` (both inclusive, as in HTTP ranges); the whole when neither is given. A whole
   * read is checked against the name as it flows and ends in `BlobError` `damaged` where it differs.
   */
  open(sha256: Sha256, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
  /**
   * Brings back a blob that is damaged or missing here, from another node that has it whole; false where there is no
   * such node. Throws `Unavailable` while one that may have it cannot be asked, or does not give it whole.
   */
  mend(blob: BlobStat): Promise<boolean>;
  /** The path of a local file holding the blob, for programs that need one (a PDF parser in its own process). */
  localPath(sha256: Sha256): Promise<string>;
  /** Every blob here, in no order; for collection, scrubbing and backup. */
  list(): AsyncIterable<BlobStat & { readonly storedAt: number }>;
  /**
   * Deletes a blob for good and says whether it did. With `storedBefore` only one whose bytes came in before then, so
   * that whoever decided on a list made earlier does not delete what somebody has just sent again.
   */
  remove(sha256: Sha256, only?: { readonly storedBefore: number }): Promise<boolean>;
  /** Deletes expired uploads; gives how many. */
  expireUploads(): Promise<number>;
  close(): Promise<void>;
}

/** What can go wrong with a file, other than a bug: shown to the person who sent or asked for it. */
export class BlobError extends Error {
  override readonly name = "BlobError";
  readonly code: "too_large" | "offset_mismatch" | "not_found" | "damaged" | "finished" | "busy" | "too_many";

  constructor(code: BlobError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
