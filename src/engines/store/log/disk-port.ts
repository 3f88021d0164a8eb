/**
 * What a group's member keeps on disk beside its state: the log and the hard state. `DurableLog` does it with files;
 * the simulator runs the same code over a disk that tears, forgets and rots.
 */
import type { Entry, EntryId } from "#raft/entry.ts";
import type { HardState, LogView } from "#raft/port.ts";

export interface RaftDisk extends LogView {
  readonly hardState: HardState;
  /** Room taken, what is set aside for coming entries included. */
  readonly bytes: number;
  /**
   * Resolves once all of it is durable. `entries` replace whatever the log holds from the first one's index on. One
   * call at a time. When it rejects, the outcome is unknown until `mend` resolves: then the log holds what was asked, or
   * a beginning of it, or what it held before, and says which.
   */
  save(change: { readonly hardState: HardState | null; readonly entries: readonly Entry[] }): Promise<void>;
  /** After a rejected `save`: settles its outcome and makes room for the next one; rejects while that is impossible. */
  mend(): Promise<void>;
  /** Every entry after `index`, in order, read from the files; for replay at the start. */
  entriesAfter(index: number): Iterable<Entry>;
  /** Forgets entries up to and including `index` where that frees a whole file; later ones always stay. */
  trimThrough(index: number): void;
  /**
   * Forgets every entry: the state now stands at `start`, by a snapshot that is durable already. When it rejects, `mend`
   * does it.
   */
  restartAfter(start: EntryId): Promise<void>;
  close(): Promise<void>;
}
