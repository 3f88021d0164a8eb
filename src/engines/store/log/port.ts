/**
 * What the store needs of whatever makes a batch durable. `LocalLog` does it for one node with a file; a Raft
 * group does it with a quorum, behind these same calls. The store appends one entry at a time and waits for it
 * inside its open transaction, so an implementation never sees two appends at once.
 */

import type { Entry, EntryId, Proposal } from "#raft/entry.ts";

export type { EntryId, EntryKind, Proposal } from "#raft/entry.ts";
export type LogEntry = Entry;

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
