/**
 * Restores a backup and, from the archive of the log, what was committed after it, up to a moment. The archive may be
 * that of any node of the cluster, or of several.
 */
import fs from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Entry, EntryId } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import {
  type ArchivedPiece,
  listArchive,
  type Moment,
  readArchived,
  readArchiveHead,
} from "../log/archive-file.ts";
import { diskFiles } from "../log/files.ts";
import { Applier, Diverged } from "./apply.ts";
import { Connection } from "./connection.ts";
import type { SqliteLimits } from "./limits.ts";
import { addConfigurationColumns, readMeta } from "./meta.ts";
import { installAndBring, type Restored, type RestoreOptions } from "./restore.ts";

/** Up to which position, up to what time (milliseconds UTC), or all that the archive has. */
export type Until = { readonly index: number } | { readonly ms: number } | "latest";

export interface RestoreToMomentOptions extends RestoreOptions {
  readonly archiveFolder: string;
  readonly until: Until;
}

export interface RestoredToMoment extends Restored {
  /** Entries of the log that were added to the backup. */
  readonly replayed: number;
  /** By when all of it was committed; null when nothing was added. */
  readonly ms: number | null;
}

/**
 * Makes a store in the empty `folder` of the backup's database `snapshotFile` and the archived entries after it. Throws
 * `DataFolderRefused` when the archive does not lead from the one to the other.
 */
export async function restoreToMoment(options: RestoreToMomentOptions): Promise<RestoredToMoment> {
  const base = baseOf(options.snapshotFile);
  const archive = piecesOf(options.archiveFolder, base.storeId);
  const target = targetOf(archive, base, options);
  let replayed = 0;
  const restored = await installAndBring(options, (databaseFile, limits) => {
    replayed = replay(databaseFile, entriesOf(options.archiveFolder, archive, base, target.index), limits);
  });
  return { ...restored, replayed, ms: replayed === 0 ? null : target.ms };
}

interface Base extends EntryId {
  readonly storeId: string;
}

function baseOf(snapshotFile: string): Base {
  if (!fs.existsSync(snapshotFile)) throw new DataFolderRefused(`There is no ${snapshotFile}.`);
  try {
    const database = new DatabaseSync(snapshotFile, { readOnly: true });
    try {
      return readMeta(database);
    } finally {
      database.close();
    }
  } catch (error) {
    throw new DataFolderRefused(`${snapshotFile} is no snapshot of a store: ${(error as Error).message}.`);
  }
}

interface Piece extends ArchivedPiece {
  readonly moments: readonly Moment[];
}

function piecesOf(folder: string, storeId: string): Piece[] {
  const pieces: Piece[] = [];
  for (const piece of listArchive(diskFiles, folder)) {
    const head = readArchiveHead(diskFiles, folder, piece);
    if (head.storeId === storeId) pieces.push({ ...piece, moments: head.moments });
  }
  if (pieces.length > 0) return pieces;
  throw new DataFolderRefused(
    `${folder} holds no archived log of the school that this backup is of: name the folder that its nodes archive to.`,
  );
}

function targetOf(archive: readonly Piece[], base: Base, { until }: RestoreToMomentOptions): Moment {
  const moments = archive.flatMap((piece) => piece.moments).sort((a, b) => a.index - b.index);
  const newest = moments.at(-1) ?? { index: base.index, ms: 0 };
  if (until === "latest") return newest.index < base.index ? { index: base.index, ms: newest.ms } : newest;
  const target = "ms" in until ? byTime(moments, until.ms) : byIndex(moments, until.index);
  if (target.index >= base.index) return target;
  throw new DataFolderRefused(
    `The backup stands at position ${base.index}, later than ${describe(target)}: restore from an older backup.`,
  );
}

/** The last entry that was committed by then for certain, even if the clock was set back in between. */
function byTime(moments: readonly Moment[], ms: number): Moment {
  const later = moments.findIndex((moment) => moment.ms > ms);
  if (later === -1) {
    const newest = moments.at(-1);
    if (newest !== undefined && newest.ms === ms) return newest;
    throw new DataFolderRefused(
      `The archive ends at ${newest === undefined ? "nothing" : describe(newest)}; it says nothing about ${textOf(ms)}. Ask for the latest moment, or for one that it holds.`,
    );
  }
  const target = moments[later - 1];
  if (target !== undefined) return target;
  throw new DataFolderRefused(
    `The archive begins later than ${textOf(ms)}: restore the newest backup made before that.`,
  );
}

function byIndex(moments: readonly Moment[], index: number): Moment {
  const covering = moments.find((moment) => moment.index >= index);
  if (covering !== undefined) return { index, ms: covering.ms };
  throw new DataFolderRefused(
    `The archive ends at position ${moments.at(-1)?.index ?? 0}, before ${index}: ask for the latest moment, or for one that it holds.`,
  );
}

/** The entries after the backup up to `to`, in order and without a gap. */
function* entriesOf(folder: string, archive: readonly Piece[], base: Base, to: number): Generator<Entry> {
  let next = base.index + 1;
  for (const piece of archive) {
    if (next > to) return;
    if (piece.last < next) continue;
    if (piece.first > next) break;
    for (const entry of readArchived(diskFiles, folder, piece).entries) {
      if (entry.index === next && entry.index <= to) {
        yield entry;
        next++;
      }
    }
  }
  if (next > to) return;
  const after = archive.find(({ first }) => first > next);
  throw new DataFolderRefused(
    `The archive in ${folder} lacks the entries ${next} to ${after === undefined ? to : after.first - 1}: restore to position ${next - 1} at most, take a newer backup, or add another node's archive.`,
  );
}

function replay(databaseFile: string, entries: Generator<Entry>, limits: SqliteLimits): number {
  const connection = new Connection(databaseFile, "apply", limits.statementsMax);
  try {
    addConfigurationColumns(connection.database);
    const applier = new Applier(connection);
    let replayed = 0;
    for (const batch of batchesOf(entries, limits.applyBatchMax)) {
      let rest = batch;
      while (rest.length > 0) {
        const { last } = applier.apply(rest, { entriesMax: limits.applyBatchMax });
        rest = rest.filter(({ index }) => index > last.index);
      }
      replayed += batch.length;
    }
    return replayed;
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    throw new DataFolderRefused(
      `The archived log does not fit the backup (${error.message}): they are not of the same school, or one of them was changed.`,
    );
  } finally {
    connection.close();
  }
}

function* batchesOf(entries: Iterable<Entry>, size: number): Generator<Entry[]> {
  let batch: Entry[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function describe({ index, ms }: Moment): string {
  return `position ${index} (${textOf(ms)})`;
}

function textOf(ms: number): string {
  return new Date(ms).toISOString();
}
