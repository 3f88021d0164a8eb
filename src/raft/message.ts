/**
 * What nodes say to each other. Every message names its sender's term; one of an older term is answered with the newer
 * one and has no other effect. All of them may be lost, doubled, delayed and reordered.
 */
import type { NodeId } from "./configuration.ts";
import type { Entry, EntryId } from "./entry.ts";

interface Envelope {
  readonly from: NodeId;
  readonly to: NodeId;
  /** The sender's term; for a pre-vote, the term that it would campaign in. */
  readonly term: number;
}

/** "Will you vote for me?"; with `isPreVote`, "would you?", which changes nobody's term (thesis, §9.6). */
export interface VoteRequest extends Envelope {
  readonly type: "vote-request";
  readonly isPreVote: boolean;
  readonly last: EntryId;
  /** The leader itself asked for this election, so that its followers need not wait for its silence. */
  readonly isTransfer: boolean;
}

export interface VoteReply extends Envelope {
  readonly type: "vote-reply";
  readonly isPreVote: boolean;
  readonly granted: boolean;
}

/** Entries for a follower's log, to stand right behind `previous`. */
export interface AppendRequest extends Envelope {
  readonly type: "append-request";
  readonly previous: EntryId;
  readonly entries: readonly Entry[];
  readonly commitIndex: number;
}

/** What became of an append: how far the logs are known to agree, durably; or why they do not. */
export interface AppendReply extends Envelope {
  readonly type: "append-reply";
  /** The follower's log holds, durably, what the leader's does up to here; 0 when it was rejected. */
  readonly matchIndex: number;
  /** Null for a success; otherwise the index that was asked for and the newest entry that may still agree. */
  readonly rejected: { readonly previousIndex: number; readonly hint: EntryId } | null;
}

/** "I still lead." Carries no more commit than the follower is known to match, so it needs no log check. */
export interface Heartbeat extends Envelope {
  readonly type: "heartbeat";
  readonly commitIndex: number;
  /** Counts the leader's questions "do I still lead?": what a quorum echoes proves that it led then (ReadIndex, thesis §6.4). */
  readonly round: number;
}

export interface HeartbeatReply extends Envelope {
  readonly type: "heartbeat-reply";
  readonly round: number;
}

/**
 * The log that a follower needs is gone: it gets a snapshot instead. The core only names one, of what is committed; the
 * driver carries the bytes of that or of any other not older than the start of its log, under that one's own name, and
 * steps this message into the receiver once they are whole and checked.
 */
export interface SnapshotOffer extends Envelope {
  readonly type: "snapshot-offer";
  readonly snapshot: SnapshotId;
}

/** The leader steps down in favour of the receiver, which campaigns at once. */
export interface TimeoutNow extends Envelope {
  readonly type: "timeout-now";
}

/** A follower's own strong read: "what is the commit index, confirmed?" Answered once a quorum has confirmed it. */
export interface ReadIndexRequest extends Envelope {
  readonly type: "read-index-request";
  readonly context: number;
}

export interface ReadIndexReply extends Envelope {
  readonly type: "read-index-reply";
  readonly context: number;
  /** Null when the receiver could not confirm that it leads. */
  readonly index: number | null;
}

/** What a snapshot stands for: the state after this entry. The configuration in force there travels with it. */
export interface SnapshotId extends EntryId {
  readonly configuration: {
    readonly index: number;
    readonly members: readonly import("./configuration.ts").Member[];
  };
}

export type Message =
  | VoteRequest
  | VoteReply
  | AppendRequest
  | AppendReply
  | Heartbeat
  | HeartbeatReply
  | SnapshotOffer
  | TimeoutNow
  | ReadIndexRequest
  | ReadIndexReply;

/** The version of these messages and of entries; a node refuses a peer that speaks a newer one than it knows. */
export const messageVersion = 1;
