/** What a replicated store offers beyond the store's port: to look at the group, and to change it. */
import type { Member, MemberAbout, NodeId } from "#raft/configuration.ts";
import type { RaftRole } from "#raft/port.ts";

/** Thrown by changes that are unwise or not possible now; its `code` says why. */
export { RaftRefused } from "#raft/port.ts";

export interface ClusterNode {
  readonly id: NodeId;
  readonly role: Member["role"];
  readonly about: MemberAbout;
  readonly isLeader: boolean;
  /** Whether the node that answers can reach it now (true for itself). */
  readonly isReachable: boolean;
  readonly version: string | null;
  /** Entries that it is behind the leader's log; null where the node that answers does not lead. */
  readonly lagEntries: number | null;
  readonly state: "probe" | "replicate" | "snapshot" | null;
}

export interface ClusterView {
  /** 32 hexadecimal digits: which cluster this is. */
  readonly clusterId: string;
  readonly selfId: NodeId;
  readonly role: RaftRole;
  readonly term: number;
  readonly leaderId: NodeId | null;
  /** Since when (milliseconds UTC, by the clock of the node that answers) that leader is known; null without one. */
  readonly leaderSince: number | null;
  readonly commitIndex: number;
  readonly appliedIndex: number;
  readonly nodes: readonly ClusterNode[];
  /** Whether this node has been a member at any time since it was opened, for however short a time. */
  readonly wasMember: boolean;
  /** The last snapshot that this node took or took in; null when it has none. */
  readonly lastSnapshot: { readonly index: number; readonly at: number; readonly bytes: number } | null;
  /** Why this node does not serve (it rebuilds itself after it was found to differ), or null. */
  readonly rebuilding: string | null;
}

/** The group that this node is a member of. Changes work on the leader only and throw `NotLeader` elsewhere, `RaftRefused` when unwise. */
export interface Cluster {
  view(): ClusterView;
  /**
   * Adds a newcomer as a learner; the leader makes it a voter by itself once it has caught up. Of a member that there is
   * already it changes what is said of it (its addresses, its name) where that differs, and nothing else.
   */
  addMember(member: { readonly id: NodeId; readonly about: MemberAbout }): Promise<void>;
  /** Changes what is said of a member; of one that is none, or none any more, nothing happens. */
  updateMember(member: { readonly id: NodeId; readonly about: MemberAbout }): Promise<void>;
  /** Removing what is no member does nothing. Refuses what would leave no working quorum. */
  removeMember(id: NodeId): Promise<void>;
  /** Resolves when `to`, or any other voter when it is null, leads. */
  transferLeadership(to: NodeId | null): Promise<void>;
  /** Calls `listener` whenever this node starts or ceases to lead (`isLeader`), or hears of another leader. */
  onLeadership(
    listener: (now: { readonly isLeader: boolean; readonly leaderId: NodeId | null }) => void,
  ): () => void;
}
