/** How the cluster stands, for whoever runs it. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import type { ClusterSight } from "#kernel/read.ts";
import { ClusterState } from "./schema.ts";
import { operation } from "./tables.ts";

/** As the node that answers sees it; what the others say of themselves is some seconds old. */
export const getCluster = operation({
  name: "cluster.getCluster",
  summary: "Shows the nodes, who leads since when, who lags, and the room on their disks.",
  kind: "read",
  input: z.strictObject({}),
  output: ClusterState,
  policy: hasRole("admin"),
  examples: [{ summary: "The whole cluster", input: {} }],
  handle: async ({ cluster }) => (cluster === null ? inDatabase : stateOf(cluster)),
});

const inDatabase: z.output<typeof ClusterState> = {
  kind: "database",
  clusterId: "",
  answeredBy: "",
  leaderId: null,
  leaderSince: null,
  term: 0,
  commitIndex: 0,
  appliedIndex: 0,
  nodes: [],
  lastSnapshot: null,
  rebuilding: null,
};

function stateOf(cluster: ClusterSight): z.output<typeof ClusterState> {
  const view = cluster.view();
  const reports = cluster.reports();
  return {
    kind: view.nodes.length > 1 ? "group" : "alone",
    clusterId: view.clusterId,
    answeredBy: view.selfId,
    leaderId: view.leaderId,
    leaderSince: view.leaderSince,
    term: view.term,
    commitIndex: view.commitIndex,
    appliedIndex: view.appliedIndex,
    nodes: view.nodes.map(({ id, role, about, isLeader, isReachable, version, lagEntries, state }) => {
      const report = reports.get(id) ?? null;
      return {
        id,
        role,
        isLeader,
        isReachable,
        version,
        ...about,
        // Only the leader knows how far each log has come; of the others each says how far its data had.
        lagEntries: lagEntries ?? report?.lagEntries ?? null,
        progress: state,
        appliedIndex: report?.appliedIndex ?? null,
        diskFreeBytes: report?.diskFreeBytes ?? null,
        diskBytes: report?.diskBytes ?? null,
        lastSnapshotAt: report?.lastSnapshotAt ?? null,
        trouble: report?.rebuilding ?? report?.readOnlyBecause ?? null,
      };
    }),
    lastSnapshot: view.lastSnapshot,
    rebuilding: view.rebuilding,
  };
}
