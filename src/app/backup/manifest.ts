/** What a backup says about itself: every file with its hash, and how many rows each table has. */
import { z } from "zod";

export const backupFormat = 1;
export const databaseName = "database.sqlite";
export const manifestName = "manifest.json";

/** The name of a blob in the archive. */
export function blobName(sha256: string): string {
  return `blobs/${sha256}`;
}

export const Manifest = z.object({
  format: z.literal(backupFormat),
  /** The version of Lyceum that made it. */
  version: z.string(),
  /** Milliseconds UTC. */
  createdAt: z.int(),
  /** The store's position that the database is of. */
  position: z.int(),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
  rows: z.record(z.string(), z.int()),
});
export type Manifest = z.output<typeof Manifest>;
