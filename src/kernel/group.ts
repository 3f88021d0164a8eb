/** What a node of several brings along beside its store, so that the kernel can work with the others. */
import type { ReplicatedBlobs } from "#engines/blobs/replicated/port.ts";
import type { Peers } from "#engines/peer/port.ts";
import type { ClusterAdmission } from "./services.ts";

export interface Group {
  readonly peers: Peers;
  /** The files of the group; its `store` is the kernel's store of blobs. */
  readonly blobs: ReplicatedBlobs;
  readonly admission: ClusterAdmission;
}
