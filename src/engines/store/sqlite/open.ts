/**
 * Opens the SQLite engine: takes hold of the folder, finds out which member of which group this node is, settles what a
 * crash left (a torn log, entries that the database has not seen), and puts the parts together.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Clock, systemClock } from "#base/clock.ts";
import { type Random, systemRandom } from "#base/random.ts";
import type { Member, MemberAbout, NodeId } from "#raft/configuration.ts";
import type { Peers } from "../../peer/port.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { Archiver, type ArchiverOptions } from "../log/archiver.ts";
import { DurableLog } from "../log/durable-log.ts";
import type { LogFiles } from "../log/files.ts";
import type { Store } from "../port.ts";
import { type GroupTiming, groupTiming } from "../replica/group.ts";
import type { StateHasher } from "../replica/state-hash.ts";
import { stateHashThread } from "../replica/state-hash-thread.ts";
import type { Transport } from "../replica/transport.ts";
import { startCheckpointThread } from "./checkpoint-thread.ts";
import type { CheckpointWorker } from "./checkpointer.ts";
import { compactIfWished } from "./compaction.ts";
import {
  clearUnfinishedStart,
  type FolderPaths,
  lockFolder,
  pathsOf,
  setCurrentGeneration,
  takeCurrentGeneration,
} from "./folder.ts";
import { Generation } from "./generation.ts";
import { type SqliteLimits, sqliteLimits } from "./limits.ts";
import { createMeta, type Meta } from "./meta.ts";
import { recover } from "./recover.ts";
import type { Report } from "./report.ts";
import { installedSnapshot, removeStaleGenerations } from "./snapshot-install.ts";
import type { SnapshotWorker } from "./snapshot-tasks.ts";
import { snapshotThread } from "./snapshot-thread.ts";
import { SqliteStore } from "./store.ts";
import { TurnWatch } from "./turn-watch.ts";

/** A node's part in a cluster. */
export interface MemberOptions {
  readonly nodeId: NodeId;
  readonly about: MemberAbout;
  readonly transport: Transport;
  /**
   * How members ask each other whether they hold the same rows, and for a snapshot when they do not. Left out: nobody
   * compares, and a copy that does not fit the log stays unserved.
   */
  readonly peers?: Pick<Peers, "ask" | "answer">;
  /** Which cluster it belongs to, its store's id; null for a store of one that shall become the first of a cluster. */
  readonly clusterId: string | null;
  /** Whom the group of a new folder begins with: all of them, or nobody for a newcomer, who is told when it is added. */
  readonly founders: readonly Member[];
  /** The version of Lyceum, for people. */
  readonly version: string;
  readonly timing?: Partial<GroupTiming>;
}

export interface SqliteStoreOptions {
  /** The store's own folder; made when it is not there. */
  readonly folder: string;
  /** Left out: a group of one that nobody joins. */
  readonly member?: MemberOptions;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Hears of repairs and trouble. */
  readonly report?: Report;
  /** Lower limits than the usual ones, for tests. */
  readonly limits?: Partial<SqliteLimits>;
  /** A folder, best on another disk, where the log is kept too, so that any moment can be restored. */
  readonly logArchive?: string | null;
  /** How long it is kept there; null, or left out, for ever. */
  readonly logArchiveKeepMs?: number | null;
  /** The disk under the log, for tests that fill it up or pull the plug. */
  readonly logFiles?: LogFiles;
  /** What is a thread of its own, and the event loop: the simulator has its own. */
  readonly startCheckpointWorker?: (databaseFile: string, databaseFd: number) => CheckpointWorker;
  readonly snapshotWorker?: SnapshotWorker;
  readonly stateHasher?: StateHasher;
  readonly afterTurn?: (action: () => void) => void;
}

/** Opens the store in `folder`, or begins one there. Throws `DataFolderRefused` when the folder must not be touched. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const limits = { ...sqliteLimits, ...options.limits };
  const report = options.report ?? (() => undefined);
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const turns = new TurnWatch(options.afterTurn);
  const lock = lockFolder(options.folder);
  const opened: { close(): unknown }[] = [];
  try {
    const paths = openFolder(options);
    removeStaleGenerations(options.folder);
    const { selfId, storeId, disk } = await recover({
      paths,
      member: options.member ?? null,
      limits,
      report,
      openDisk: (meta) => openLog({ paths, meta, limits, report, random, files: options.logFiles }),
    });
    opened.push(disk);
    const openArchiver = archiverOf(options.logArchive ?? null, {
      ...{ storeId, disk, clock, random, report },
      keepMs: options.logArchiveKeepMs ?? null,
    });
    await compactIfWished({ paths, disk, now: clock.now(), report }, async () => {
      await openArchiver?.(() => disk.last.index).close();
    });
    const store = new SqliteStore({
      paths,
      member: options.member ?? null,
      selfId,
      storeId,
      disk,
      timing: { ...groupTiming, ...options.member?.timing },
      draw: drawFrom(random),
      openArchiver,
      limits,
      report,
      clock,
      turns,
      snapshotWorker: options.snapshotWorker ?? snapshotThread,
      stateHasher: options.stateHasher ?? stateHashThread,
      generation: (each, events) =>
        new Generation(
          each,
          {
            limits,
            clock,
            turns,
            report,
            startCheckpointWorker: options.startCheckpointWorker ?? startCheckpointThread,
          },
          events,
        ),
      release: () => lock.release(),
    });
    opened.push({ close: () => store.close() });
    await store.start();
    return store;
  } catch (error) {
    // A store that was made closes the rest by itself; closing twice does nothing.
    for (const each of opened.reverse()) await each.close();
    lock.release();
    throw error;
  }
}

function openFolder({ folder, member }: SqliteStoreOptions): FolderPaths {
  const generation = takeCurrentGeneration(folder);
  if (generation !== null) return pathsOf(folder, generation);
  clearUnfinishedStart(folder);
  const paths = pathsOf(folder, "gen-1");
  fs.mkdirSync(paths.generation, { mode: 0o700 });
  const database = new DatabaseSync(paths.database);
  try {
    const storeId = member?.clusterId ?? randomUUID().replaceAll("-", "");
    // A newcomer to a cluster knows nobody; whoever belongs to none yet begins with itself.
    const isAlone = member === undefined || (member.clusterId === null && member.founders.length === 0);
    createMeta(database, storeId, isAlone ? null : { members: member.founders });
  } finally {
    database.close();
  }
  setCurrentGeneration(folder, "gen-1");
  return paths;
}

async function openLog(parts: {
  paths: FolderPaths;
  meta: Meta;
  limits: SqliteLimits;
  report: Report;
  random: Random;
  files: LogFiles | undefined;
}): Promise<DurableLog> {
  const { paths, meta, limits, report, random, files } = parts;
  const log = await DurableLog.open({
    folder: paths.log,
    storeId: meta.storeId,
    startAfter: { index: meta.index, term: meta.term },
    installed: installedSnapshot(paths),
    segmentBytes: limits.segmentBytes,
    entryBytesMax: limits.entryBytesMax,
    random,
    ...(files === undefined ? {} : { files }),
    onTornTail: ({ file, offset, bytes }) =>
      report({
        level: "warn",
        event: "log-torn-tail",
        message: `The last write to the log was cut off (${bytes} bytes at ${offset} of ${file}); nobody had an answer to it, and it was removed.`,
        facts: { file, offset, bytes },
      }),
  });
  if (log.last.index < meta.index || log.start.index > meta.index) {
    await log.close();
    throw new DataFolderRefused(
      `The database in ${dirname(paths.database)} has come to entry ${meta.index}, but the log in ${paths.log} holds ${log.start.index + 1} to ${log.last.index}: part of the log is missing. Put it back, or restore a backup.`,
    );
  }
  return log;
}

function archiverOf(
  folder: string | null,
  parts: Pick<ArchiverOptions, "storeId" | "disk" | "clock" | "random" | "keepMs"> & {
    readonly report: Report;
  },
): ((position: () => number) => Archiver) | null {
  if (folder === null) return null;
  const { report, ...more } = parts;
  const onTrouble = (message: string) =>
    report({ level: "error", event: "log-not-archived", message, facts: { folder } });
  return (position) => new Archiver({ ...more, folder, position, onTrouble });
}

/** Whole numbers below a limit, evenly enough for a timeout that must only differ from the others'. */
function drawFrom(random: Random): (below: number) => number {
  return (below) => Buffer.from(random.bytes(4)).readUInt32LE(0) % below;
}
