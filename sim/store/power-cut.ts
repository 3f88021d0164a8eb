/**
 * What a crash leaves of a database that SQLite keeps in write-ahead mode. When the process dies, everything that it wrote;
 * when the machine does, the file as the last checkpoint left it and any beginning of the write-ahead log, since nobody
 * synced that. The commit log is replayed from there.
 */
import fs from "node:fs";
import { join } from "node:path";
import type { Chance } from "../chance.ts";

/** What is known of a database's checkpoints: before a complete one, the write-ahead log is on the disk for certain. */
export interface CheckpointMark {
  /** The write-ahead log's salt when a checkpoint last looked at it; it changes when the log begins anew. */
  readonly salt: string | null;
  /** When the database file itself was changed last, in nanoseconds. */
  readonly changedAt: bigint;
}

const walName = "state.db-wal";
const saltOffset = 16;
const saltBytes = 8;

export function markOf(generation: string): CheckpointMark {
  const { mtimeNs } = fs.statSync(join(generation, "state.db"), { bigint: true });
  return { salt: saltOf(generation), changedAt: mtimeNs };
}

function saltOf(generation: string): string | null {
  const file = join(generation, walName);
  if (!fs.existsSync(file)) return null;
  const bytes = fs.readFileSync(file);
  return bytes.length < 32 ? null : bytes.toString("hex", saltOffset, saltOffset + saltBytes);
}

/** Copies a node's folder as the dead process left it, without what only processes need. */
export function copyFolder(from: string, to: string): void {
  fs.cpSync(from, to, {
    recursive: true,
    filter: (path) => !/(?:-shm|lock\.db.*|holder)$/.test(path),
  });
}

/**
 * Takes from the copied generation what a power cut takes from it; gives whether anything was. `mark` was taken at the last
 * checkpoint, or when the database was opened.
 */
export function loseUnsynced(
  generation: string,
  mark: CheckpointMark,
  chance: Chance,
  changedAt: bigint,
): boolean {
  const file = join(generation, walName);
  if (!fs.existsSync(file)) return false;
  const salt = saltOf(generation);
  // Frames that a checkpoint has taken over were synced before; so were those of a checkpoint that nobody told us of.
  if (changedAt !== mark.changedAt || salt === mark.salt) return false;
  const { size } = fs.statSync(file);
  const kept = chance.happens(0.3) ? 0 : chance.draw(size + 1);
  fs.truncateSync(file, kept);
  return kept < size;
}
