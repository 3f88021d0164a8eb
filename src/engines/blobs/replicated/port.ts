/** What the files of a group of nodes offer beyond those of one: to find them at the others, and to have them there. */
import type { BlobStat, BlobStore, Upload } from "../port.ts";

export interface ReplicatedBlobs {
  /** The files as this node offers them: what is missing or damaged here is fetched from the others. */
  readonly store: BlobStore;
  /**
   * The upload of `owner` with this id at whichever node took it, finished where all of it has come; null when no node
   * has it. Throws `Unavailable` when a node that may have it cannot be asked.
   */
  findUpload(id: string, owner: string): Promise<Upload | null>;
  /**
   * Resolves when a quorum of the voters holds the blob, this node among them, and none of them will collect it as
   * something that nobody wants; the other nodes take it meanwhile. Throws `Unavailable`, with the number of nodes
   * that hold it, when too few can be reached.
   */
  ensure(blob: BlobStat): Promise<void>;
  /** Those of `names` that `node` has and no other node that answers has; none where `node` does not answer itself. */
  onlyAt(node: string, names: readonly string[]): Promise<readonly string[]>;
  /** Asks the other nodes to delete these blobs, as far as they came in before `storedBefore`. Those that are away do it later. */
  removeElsewhere(names: readonly string[], storedBefore: number): Promise<void>;
}
