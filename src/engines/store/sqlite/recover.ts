/**
 * What is settled before a store opens: which member of which group this node is, and, where it decides alone, the
 * entries of its log that the database has not seen. In a larger group those wait until the others say that they count.
 */

import type { Configuration, Member, NodeId } from "#raft/configuration.ts";
import { encodeConfiguration } from "#raft/configuration-codec.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { RaftDisk } from "../log/disk-port.ts";
import { configurationsOf, isSoleVoter } from "../replica/configurations.ts";
import { Applier, Diverged } from "./apply.ts";
import { Connection } from "./connection.ts";
import type { FolderPaths } from "./folder.ts";
import type { SqliteLimits } from "./limits.ts";
import {
  addConfigurationColumns,
  type Meta,
  readConfiguration,
  readMeta,
  requireKnownFormat,
  writeConfiguration,
} from "./meta.ts";
import type { MemberOptions } from "./open.ts";
import type { Report } from "./report.ts";

export interface RecoverOptions<Disk extends RaftDisk> {
  readonly paths: FolderPaths;
  /** Null for a group of one that nobody joins. */
  readonly member: MemberOptions | null;
  readonly limits: SqliteLimits;
  readonly report: Report;
  readonly openDisk: (meta: Meta) => Promise<Disk>;
}

export interface Recovered<Disk extends RaftDisk> {
  readonly selfId: NodeId;
  readonly storeId: string;
  readonly disk: Disk;
}

export async function recover<Disk extends RaftDisk>(
  options: RecoverOptions<Disk>,
): Promise<Recovered<Disk>> {
  const { paths, member, limits } = options;
  const connection = new Connection(paths.database, "apply", limits.statementsMax);
  try {
    const { database } = connection;
    requireKnownFormat(database, paths.database);
    addConfigurationColumns(database);
    const meta = readMeta(database);
    requireCluster(paths, member, meta);
    const disk = await options.openDisk(meta);
    try {
      if (readConfiguration(database) === null) {
        const members = [selfOf(member, meta.storeId)];
        writeConfiguration(database, { index: 0, configuration: { members } });
      }
      const selfId = await settleMembership(connection, disk, { ...options, storeId: meta.storeId });
      return { selfId, storeId: meta.storeId, disk };
    } catch (error) {
      await disk.close();
      throw error;
    }
  } finally {
    connection.close();
  }
}

/** Gives the id under which this node takes part; what it decides alone is in the database then. */
async function settleMembership(
  connection: Connection,
  disk: RaftDisk,
  options: Omit<RecoverOptions<RaftDisk>, "openDisk"> & { readonly storeId: string },
): Promise<NodeId> {
  const { paths, member, storeId } = options;
  const { members } = newestConfiguration(connection, disk);
  const sole = members.length === 1 ? members[0] : undefined;
  if (member === null && sole === undefined) {
    throw new DataFolderRefused(
      `The data in ${paths.folder} belongs to a node of a cluster${members.length === 0 ? "" : ` of ${members.length}`}: start it together with its cluster folder, or restore a backup into an empty folder.`,
    );
  }
  const self = member === null && sole !== undefined ? sole : selfOf(member, "");
  // Never another's place: a member that was removed may well find the only one that is left in its log.
  const isOwn = sole?.id === self.id || (sole !== undefined && isUnnamed(sole, storeId));
  if (isOwn && JSON.stringify(sole) !== JSON.stringify(self)) await rewrite(disk, self);
  if (isSoleVoter(newestConfiguration(connection, disk), self.id)) replay(connection, disk, options);
  return self.id;
}

function newestConfiguration({ database }: Connection, disk: RaftDisk): Configuration {
  const inState = readConfiguration(database) ?? { index: 0, configuration: { members: [] } };
  return (configurationsOf(inState, readMeta(database).index, disk).at(-1) ?? inState).configuration;
}

function selfOf(member: MemberOptions | null, storeId: string): Member {
  if (member !== null) return { id: member.nodeId, role: "voter", about: member.about };
  const about = { name: "", peerAddress: "", httpUrl: null, grpcAddress: null };
  return { id: storeId.slice(0, 12), role: "voter", about };
}

/** Whether a member is what a store calls itself before its node got a name. */
function isUnnamed(member: Member, storeId: string): boolean {
  return member.id === selfOf(null, storeId).id && member.about.peerAddress === "";
}

function requireCluster(paths: FolderPaths, member: MemberOptions | null, { storeId }: Meta): void {
  if (member === null || member.clusterId === null || member.clusterId === storeId) return;
  throw new DataFolderRefused(
    `The data in ${paths.folder} belongs to another cluster (${storeId}) than this node (${member.clusterId}): start it with its own data folder, or with an empty one.`,
  );
}

/**
 * The sole member of a group got another name or address. Nobody else can be elected, so it takes the next term for its
 * own, and what it writes to its log in that is committed. Not the last one: a member that led in it and was removed
 * may have sent a learner an entry for the same place.
 */
async function rewrite(disk: RaftDisk, self: Member): Promise<void> {
  const { hardState, last } = disk;
  const term = Math.max(hardState.term, last.term) + 1;
  await disk.save({
    hardState: { term, votedFor: self.id },
    entries: [
      {
        kind: "configuration",
        index: last.index + 1,
        term,
        schemaVersion: 0,
        payload: encodeConfiguration({ members: [self] }),
      },
    ],
  });
}

function replay(
  connection: Connection,
  disk: RaftDisk,
  { paths, limits, report }: Pick<RecoverOptions<RaftDisk>, "paths" | "limits" | "report">,
): void {
  const applier = new Applier(connection);
  let { index } = readMeta(connection.database);
  const replayed = disk.last.index - index;
  if (replayed === 0) return;
  try {
    while (index < disk.last.index) {
      index = applier.apply(disk.entriesAfter(index), { entriesMax: limits.applyBatchMax }).meta.index;
    }
  } catch (error) {
    if (!(error instanceof Diverged)) throw error;
    throw new DataFolderRefused(
      `The database in ${paths.generation} does not match its log (${error.message}). Nothing was changed. Keep a copy of the data folder, and restore the latest backup with \`lyceum restore\`.`,
    );
  }
  report({
    level: "info",
    event: "log-replayed",
    message: `${replayed} entries of the log were not in the database yet and were applied.`,
    facts: { replayed, position: index },
  });
}
