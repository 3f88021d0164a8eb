/**
 * What the store needs of whatever makes a batch durable. `LocalLog` does it for one node with a file; a Raft
 * group does it with a quorum, behind these same calls. The store appends one entry at a time and waits for it
 * inside its open transaction, so an implementation never sees two appends at once.
 */

export type EntryKind = "changeset" | "migration";

/** What one batch did, in the form that a replica applies. */
export interface Proposal {
  readonly kind: EntryKind;
  /** How many migrations the database had seen when this was made; a replica with another number must not apply it. */
  readonly schemaVersion: number;
  readonly payload: Uint8Array;
}

export interface EntryId {
  /** Counts entries from 1 without gaps; the store's position. */
  readonly index: number;
  /** Which leadership wrote it; always grows with the index. A single node stays in the term it started with. */
  readonly term: number;
}

export interface LogEntry extends Proposal, EntryId {}

export interface CommitLog {
  /** The oldest entry still held, or one past the last when none is. */
  readonly firstIndex: number;
  readonly last: EntryId;
  /** Room taken on disk, what is set aside for coming entries included. */
  readonly bytes: number;
  /**
   * Resolves once the entry can no longer be lost. When it rejects, the outcome is unknown until `mend` resolves:
   * then either `last` includes the entry, or it never happened.
   */
  append(proposal: Proposal): Promise<EntryId>;
  /** After a rejected append: settles its outcome and gets ready for the next one; rejects while that is impossible. */
  mend(): Promise<void>;
  /** The entries after `index`, in order, each checked as it is read. */
  entriesAfter(index: number): Iterable<LogEntry>;
  /** Forgets entries up to and including `index` where that frees a whole file; later entries always stay. */
  trimThrough(index: number): void;
  close(): Promise<void>;
}
