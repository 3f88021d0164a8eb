/** Cluster: the table of contents. */
import type { Slice } from "#kernel/slice.ts";
import { addNode } from "./add-node.ts";
import { admitNode } from "./admit-node.ts";
import { createJoinToken } from "./create-join-token.ts";
import { getCluster } from "./get-cluster.ts";
import { getLeader } from "./get-leader.ts";
import { keepAuthority } from "./keep-authority.ts";
import { cluster0001 } from "./migrations/0001-cluster.ts";
import { clusterPerson } from "./person-life.ts";
import { readProbe } from "./read-probe.ts";
import { removeNode } from "./remove-node.ts";
import { clusterTables } from "./tables.ts";
import { transferLeadership } from "./transfer-leadership.ts";
import { writeProbe } from "./write-probe.ts";

export const clusterSlice = {
  name: "cluster",
  grpcService: "RaftService",
  summary: "The nodes that keep the school together: where they are, who leads, who joins and goes.",
  operations: [
    getLeader,
    getCluster,
    createJoinToken,
    removeNode,
    transferLeadership,
    writeProbe,
    readProbe,
    admitNode,
    addNode,
    keepAuthority,
  ],
  migrations: [cluster0001],
  tables: clusterTables,
  person: clusterPerson,
} as const satisfies Slice;
