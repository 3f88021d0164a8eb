/** How the local blob store is set up: its limits, and what it reports. */
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { FilePort } from "./file-port.ts";

/** What whoever runs the school should hear of. */
export type BlobReport =
  /** A blob's bytes no longer fit its name. */
  | { readonly kind: "damaged"; readonly sha256: string }
  /** An upload could not be mended after a crash and was dropped. */
  | { readonly kind: "upload_lost"; readonly uploadId: string; readonly reason: string }
  /** After a crash: uploads that can go on, finished ones put in place, and left-over files deleted. */
  | {
      readonly kind: "recovered";
      readonly resumable: number;
      readonly placed: number;
      readonly swept: number;
    };

export interface LocalBlobStoreOptions {
  readonly folder: string;
  readonly limits?: Partial<BlobLimits>;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears of damage and of what was mended after a crash; goes to the log. */
  readonly report?: (report: BlobReport) => void;
  /** The file system; another one only where a test makes it fail. */
  readonly files?: FilePort;
}

export interface BlobLimits {
  /** The most bytes that one file may have. */
  readonly fileBytesMax: number;
  /** How many uploads one owner may have begun and not finished. */
  readonly unfinishedPerOwnerMax: number;
  /** How long an upload is kept after the last thing that happened to it. */
  readonly uploadLifetimeMs: number;
  /** After so long without a byte from the sender the connection is given up; the upload can go on. */
  readonly silenceMsMax: number;
  /** So many bytes of the disk are left alone, so that uploads never take the last room from the database. */
  readonly diskReserveBytes: number;
}

export const defaultBlobLimits: BlobLimits = {
  fileBytesMax: 5 * 1024 ** 3,
  unfinishedPerOwnerMax: 32,
  uploadLifetimeMs: 24 * 60 * 60 * 1_000,
  silenceMsMax: 60_000,
  diskReserveBytes: 256 * 1024 ** 2,
};
