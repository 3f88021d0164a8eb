/**
 * The core as its driver sees it. Everything goes in by calls and comes out of `takeEffects`; inside there is no clock,
 * no chance, no file and no socket.
 *
 * The driver's duties, in this order, one `Effects` at a time (while it saves, the core may go on taking calls):
 *   1. send `messagesAtOnce` (a leader's appends may travel while it writes them itself: thesis, §10.2.1);
 *   2. when there is a `snapshot`, install it;
 *   3. make `hardState` and `entries` durable, in one go; `entries` replace whatever the log holds from the first one on;
 *   4. call `saved()`;
 *   5. send `messages`, settle `reads`, apply what `commitIndex` covers.
 * While 2 to 4 take long, it sends what `takeMessagesAtOnce` gives, say after each tick.
 */
import type { Configuration, Member, NodeId } from "./configuration.ts";
import type { Entry, EntryId, Proposal } from "./entry.ts";
import type { Message, SnapshotId } from "./message.ts";

/** What must survive a restart beside the log. */
export interface HardState {
  readonly term: number;
  readonly votedFor: NodeId | null;
}

/** The durable log, as the core reads it. Synchronous; the driver keeps the recent entries in memory. */
export interface LogView {
  /** The entry before the first one held: where a snapshot stands in for what was trimmed. Index 0, term 0 for none. */
  readonly start: EntryId;
  readonly last: EntryId;
  /** The term of the entry at `index`, for `start.index <= index <= last.index`; null elsewhere. */
  termAt(index: number): number | null;
  /** Entries from `from` to `to` (both included), fewer when they are more than `bytesMax`, but always at least one. */
  entries(from: number, to: number, bytesMax: number): readonly Entry[];
}

export type RaftRole = "follower" | "pre-candidate" | "candidate" | "leader";

export interface RaftStatus {
  readonly id: NodeId;
  readonly role: RaftRole;
  readonly term: number;
  readonly leaderId: NodeId | null;
  readonly commitIndex: number;
  readonly last: EntryId;
  readonly configuration: Configuration;
  /** Whether the newest configuration is committed; while it is not, no other is taken. */
  readonly isConfigurationCommitted: boolean;
  /** A leader that has committed an entry of its own term: only now does it know all that was ever committed. */
  readonly hasCommittedInTerm: boolean;
  readonly transferringTo: NodeId | null;
  /** What a leader knows of each other member; empty for anybody else. */
  readonly progress: ReadonlyMap<NodeId, PeerProgress>;
}

export interface PeerProgress {
  readonly state: "probe" | "replicate" | "snapshot";
  readonly matchIndex: number;
  readonly nextIndex: number;
  /** Heard from within the last election timeout. */
  readonly isActive: boolean;
}

export interface Effects {
  readonly messagesAtOnce: readonly Message[];
  readonly snapshot: SnapshotId | null;
  readonly hardState: HardState | null;
  readonly entries: readonly Entry[];
  readonly messages: readonly Message[];
  /** Everything up to here may be applied. Never falls. */
  readonly commitIndex: number;
  /** Answers to `readIndex`: from `index` on, a read is not older than the moment of the question; null: could not be told. */
  readonly reads: readonly { readonly context: number; readonly index: number | null }[];
}

/** Faults that the simulator plants to see whether it would find them. Nothing else ever sets one. */
export type PlantedFault =
  | "count-stale-votes"
  | "commit-older-term"
  | "drop-pre-vote"
  | "forget-vote"
  | "acknowledge-before-saved"
  | "commit-before-quorum"
  | "skip-log-check"
  | "read-without-quorum"
  | "two-voter-changes-at-once";

export interface RaftOptions {
  readonly id: NodeId;
  readonly log: LogView;
  readonly hardState: HardState;
  /** Every configuration that the log or the snapshot below it holds, oldest first, with its index. */
  readonly configurations: readonly { readonly index: number; readonly configuration: Configuration }[];
  /** Everything up to here is known to be committed: what the state machine holds already. */
  readonly appliedIndex: number;
  /** Ticks without a leader before an election; the actual one is drawn from [electionTicks, 2 × electionTicks). */
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  /** Draws a whole number from 0 to `below` - 1. */
  readonly draw: (below: number) => number;
  /** Entries in one append message, by size of payload; one entry always travels. */
  readonly appendBytesMax: number;
  /** Append messages in flight to one follower. */
  readonly inFlightMax: number;
  /** `lease` answers strong reads without asking, and trusts that clocks run at about one speed. Off unless wished. */
  readonly reads: "quorum" | "lease";
  readonly plantedFault?: PlantedFault;
}

/** Why a wish was not taken; nothing changed. */
export class RaftRefused extends Error {
  override readonly name = "RaftRefused";
  readonly code:
    | "not-leader"
    | "transferring"
    | "configuration-pending"
    | "not-ready"
    | "would-lose-quorum"
    | "unknown-member"
    | "not-caught-up"
    | "invalid-change";

  constructor(code: RaftRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** One change of the membership. A newcomer is a learner first; a voter is removed at once or made a learner. */
export type MembershipChange =
  | { readonly kind: "add-learner"; readonly member: Member }
  | { readonly kind: "promote"; readonly id: NodeId }
  | { readonly kind: "demote"; readonly id: NodeId }
  | { readonly kind: "remove"; readonly id: NodeId }
  | { readonly kind: "update"; readonly member: Member };

/** Any error but `RaftRefused` that a call throws means that a promise may be broken already: the process must stop. */
export interface Raft {
  readonly status: RaftStatus;
  /** True when `takeEffects` has something to do. */
  readonly hasEffects: boolean;
  takeEffects(): Effects;
  /** The effects taken last are durable. */
  saved(): void;
  /**
   * What may be sent right now, also while effects are being saved, so that heartbeats do not wait for a slow disk. The
   * effects taken next no longer carry it.
   */
  takeMessagesAtOnce(): readonly Message[];
  /** Time passed. */
  tick(): void;
  /** A message came in. One that makes no sense here is ignored. */
  step(message: Message): void;
  /** Puts an entry into the leader's log and gives its place; it is committed when `commitIndex` reaches it in this term. Throws `RaftRefused`. */
  propose(proposal: Proposal): EntryId;
  /** Proposes the changed membership. Throws `RaftRefused`. */
  changeMembership(change: MembershipChange): EntryId;
  /** Hands leadership to a voter, which is brought up to date first. Throws `RaftRefused`; gives up after an election timeout. */
  transferLeadership(to: NodeId): void;
  /** Asks for an index that a strong read must wait for; answered in `Effects.reads` under the same context. */
  readIndex(context: number): void;
  /** Campaigns now (a group of one need not wait). */
  campaign(): void;
  /** A leader that cannot write any more (a full disk) becomes a follower of its own accord and does not campaign until `resume`. */
  resign(): void;
  resume(): void;
  /** How the sending of a snapshot to a member ended. */
  snapshotSent(to: NodeId, ok: boolean): void;
  /** The link to a member broke: what was in flight may be lost. */
  unreachable(id: NodeId): void;
}
