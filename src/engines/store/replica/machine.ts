/** What a group replicates, as its driver sees it; the database behind it does the work. */
import type { SnapshotId, SnapshotOffer } from "#raft/message.ts";
import type { PlacedConfiguration } from "./configurations.ts";

/** The state that committed entries are applied to. */
export interface Machine {
  /** There may be something to do: entries were committed, or this node's part in the group changed. Returns at once. */
  wake(): void;
  /** Everything up to here is in the state. */
  readonly position: number;
  /** The newest membership that the state holds, and the entry that brought it. */
  readonly configuration: PlacedConfiguration;
  /** Puts the snapshot that was received into force; nothing is committed meanwhile. */
  install(snapshot: SnapshotId): Promise<void>;
  /** A follower needs a snapshot, its log is too far behind; the machine sends one and then calls `snapshotSent`. */
  sendSnapshot(offer: SnapshotOffer): void;
  /** The disk under the log failed; nothing goes on before `mend` has resolved. */
  diskFailed(error: unknown): void;
  /** A promise of our own code is broken: nothing more may be said or written. */
  broken(error: unknown): void;
}
