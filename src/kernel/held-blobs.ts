/** How commands refer to blobs: what an operation gets of an upload, and how it says that a row uses a blob. */
import { z } from "zod";
import type { FinishedUpload } from "#engines/blobs/port.ts";

/** A finished upload of the actor's, as the operation that accepts it sees it. */
export interface UploadedBlob extends FinishedUpload {
  /** The name that the file bore where it came from, cleaned of paths and control characters. */
  readonly fileName: string;
}

export interface HeldBlobs {
  /**
   * Says that `holder` (`materials:<id>`) refers to the blob from now on; a blob on its way to collection is revived.
   * Refuses with `upload_expired` when it has been collected meanwhile.
   */
  hold(blob: { readonly sha256: string; readonly bytes: number }, holder: string): Promise<void>;
  /** Says that `holder` refers to the blob no longer; with its last holder gone it is collected after a grace time. */
  release(sha256: string, holder: string): Promise<void>;
}

/** A file as outputs name it. Knowing its hash grants nothing. */
export const FileReference = z
  .object({
    fileName: z.string().meta({ description: "The name to save it under." }),
    mediaType: z.string().meta({ description: "What the bytes are, for instance application/pdf." }),
    bytes: z.int().nonnegative().meta({ description: "The size in bytes." }),
    sha256: z.string().meta({ description: "SHA-256 of the bytes, in lower-case hexadecimal." }),
  })
  .meta({ id: "FileReference" });
export type FileReference = z.output<typeof FileReference>;

/** The input field of operations that accept a file: the id of a finished upload of the caller's own. */
export const uploadIdField = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: "The id of a finished upload, made by the same person within the last day." });
