/**
 * Leaving nothing of what was deleted. SQLite frees pages without wiping them, and the log keeps what was changed until it
 * is trimmed. At the start of a store for which that was wished, the database is written anew, the log begins behind what
 * the database holds, and the snapshot that was kept for others goes; nobody waits for it, since nothing is open yet.
 */
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type DurableLog, keptEntriesMax } from "../log/durable-log.ts";
import type { FolderPaths } from "./folder.ts";
import { readMeta } from "./meta.ts";
import type { Report } from "./report.ts";

/** Beside CURRENT: when the store was last written anew, and until when it is wished to have been, as milliseconds UTC. */
const doneName = "compacted";
const wishedName = "compact-at-start";

/** Wishes that the store is written anew at its next start, unless it was so after `deletedAt`. */
export function wishCompaction(folder: string, deletedAt: number): void {
  if (readTime(folder, doneName) >= deletedAt || readTime(folder, wishedName) >= deletedAt) return;
  fs.writeFileSync(join(folder, wishedName), String(deletedAt));
}

/** Does what was wished for; whether anything was. `archived` resolves once the archive of the log needs it no more. */
export async function compactIfWished(
  {
    paths,
    disk,
    now,
    report,
  }: {
    readonly paths: FolderPaths;
    readonly disk: DurableLog;
    readonly now: number;
    readonly report: Report;
  },
  archived: () => Promise<void>,
): Promise<boolean> {
  const { folder } = paths;
  if (!fs.existsSync(join(folder, wishedName))) return false;
  const began = performance.now();
  const database = new DatabaseSync(paths.database);
  try {
    const { index, term } = readMeta(database);
    // After a hard end it may be much: the next start, with less of it, does it then.
    if (disk.last.index - index > keptEntriesMax) return false;
    database.exec("PRAGMA temp_store = MEMORY; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
    await archived();
    await disk.forgetThrough({ index, term });
  } finally {
    database.close();
  }
  fs.rmSync(join(folder, "snapshots"), { recursive: true, force: true });
  fs.writeFileSync(join(folder, doneName), String(now));
  fs.rmSync(join(folder, wishedName));
  const ms = Math.round(performance.now() - began);
  report({
    level: "info",
    event: "store-compacted",
    message: `The store was written anew, so that nothing of what was erased is left in its files; that took ${ms} ms.`,
    facts: { ms },
  });
  return true;
}

function readTime(folder: string, name: string): number {
  const file = join(folder, name);
  return fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : Number.NEGATIVE_INFINITY;
}
