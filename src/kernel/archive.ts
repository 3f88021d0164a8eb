/**
 * Many files as one: an operation names them with their places, and the doors make the archive while they send it, so
 * that nobody ever holds it whole.
 */
import { z } from "zod";

/** Entries of one archive. */
export const archiveEntriesMax = 50_000;

export const ArchiveEntry = z
  .object({
    path: z.string().meta({ description: "Where it lies in the archive, with slashes between folders." }),
    bytes: z.int().nonnegative().meta({ description: "The size in bytes." }),
    sha256: z.string().nullable().meta({
      description: "SHA-256 of the bytes of a stored file; null for a text that is made for the archive.",
    }),
    text: z.string().nullable().meta({ description: "That text; null for a stored file." }),
    modifiedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "ArchiveEntry" });
export type ArchiveEntry = z.output<typeof ArchiveEntry>;

/** A zip file as outputs name it: its bytes are made of these entries, in this order. */
export const Archive = z
  .object({
    fileName: z.string().meta({ description: "The name to save it under." }),
    entries: z.array(ArchiveEntry).max(archiveEntriesMax).meta({ description: "What is inside, in order." }),
  })
  .meta({ id: "Archive" });
export type Archive = z.output<typeof Archive>;

/** A text as an entry of an archive. */
export function textEntry(path: string, text: string, modifiedAt: number): ArchiveEntry {
  return { path, bytes: Buffer.byteLength(text), sha256: null, text, modifiedAt };
}
