/** The store in numbers, for the metrics page. */
import fs from "node:fs";
import type { RaftDisk } from "../log/disk-port.ts";
import type { Group } from "../replica/group.ts";
import type { HashRounds } from "./hash-rounds.ts";
import type { Transfers } from "./transfers.ts";
import type { Writer } from "./writer.ts";

export interface FigureSources {
  readonly writer: Writer;
  readonly disk: RaftDisk;
  readonly group: Group;
  readonly transfers: Transfers;
  readonly hashRounds: HashRounds;
  readonly isRebuilding: boolean;
  readonly isArchiveFailing: boolean;
}

export function figuresOf(sources: FigureSources): Record<string, number> {
  const { writer, disk, transfers, hashRounds, isRebuilding, isArchiveFailing } = sources;
  const { paths, checkpointer } = writer.generation;
  return {
    batches_total: writer.counts.batches,
    commands_total: writer.counts.commands,
    entries_applied_total: writer.entriesApplied,
    schema_version: writer.schemaVersion,
    checkpoints_total: checkpointer.completed,
    database_bytes: sizeOf(paths.database),
    log_bytes: disk.bytes,
    wal_bytes: sizeOf(`${paths.database}-wal`),
    log_archive_failing: isArchiveFailing ? 1 : 0,
    ...groupFigures(sources.group),
    snapshots_sent_total: transfers.counts.sent,
    snapshots_failed_total: transfers.counts.failed,
    snapshots_taken_total: transfers.counts.taken,
    snapshots_installed_total: transfers.counts.installed,
    state_hash_rounds_total: hashRounds.counts.rounds,
    state_hash_rounds_differing_total: hashRounds.counts.differed,
    is_rebuilding: isRebuilding ? 1 : 0,
  };
}

function groupFigures({ status, counts, leadership, proposalsWaiting, commitIndex }: Group) {
  const lags = [...status.progress.values()].map(({ matchIndex }) => status.last.index - matchIndex);
  return {
    raft_term: status.term,
    raft_is_leader: leadership.isLeader ? 1 : 0,
    raft_has_leader: leadership.leaderId === null ? 0 : 1,
    raft_members: status.configuration.members.length,
    raft_commit_index: commitIndex,
    raft_last_index: status.last.index,
    raft_follower_lag_entries_max: Math.max(0, ...lags),
    raft_proposals_waiting: proposalsWaiting,
    raft_elections_total: counts.elections,
    raft_messages_sent_total: counts.messagesSent,
    raft_messages_received_total: counts.messagesReceived,
    log_saves_total: counts.saves,
    log_save_ms_total: Math.round(counts.saveMs),
  };
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
