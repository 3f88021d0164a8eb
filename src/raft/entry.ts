/** What a log is made of. The core looks into entries of the kind `configuration` only; the rest is their owner's. */

/**
 * `noop` opens a leader's term, `configuration` says who belongs to the group; `changeset` and `migration` are what
 * the replicated store does. A kind's place in this list is what stands on disk: add at the end, never reorder.
 */
export const entryKinds = ["changeset", "migration", "noop", "configuration"] as const;
export type EntryKind = (typeof entryKinds)[number];

/** Where an entry stands. Two logs that hold an entry of the same index and term agree in all that comes before. */
export interface EntryId {
  /** Counts entries from 1 without gaps. */
  readonly index: number;
  /** The term of the leader that wrote it; never falls as the index grows. */
  readonly term: number;
}

/** What is to be put into the log, before a leader has given it its place. */
export interface Proposal {
  readonly kind: EntryKind;
  /** How many migrations its maker's database had seen; means nothing for `noop` and `configuration`. */
  readonly schemaVersion: number;
  readonly payload: Uint8Array;
}

export interface Entry extends EntryId, Proposal {}
