/** The state of a cluster for people: a table of its nodes, and what is not as it should be. */
import type { z } from "zod";
import { bytesText, render } from "#doors/cli/render.ts";
import type { ClusterNode, ClusterState as StateSchema } from "#slices/cluster/schema.ts";

/** What `cluster.getCluster` says. */
export type ClusterState = z.output<typeof StateSchema>;
export type NodeState = z.output<typeof ClusterNode>;

/** So many entries behind is no longer the usual delay. */
const lagEntriesMax = 10_000;
/** With less room a node soon turns read-only. */
const diskFreeBytesMin = 1024 ** 3;

/** What an operator should look at, one sentence each; empty when all is well. */
export function healthOf(state: ClusterState): readonly string[] {
  if (state.kind === "database") return [];
  const voters = state.nodes.filter(({ role }) => role === "voter");
  const reachable = voters.filter(({ isReachable }) => isReachable);
  const problems: string[] = [];
  if (state.leaderId === null)
    problems.push("No node leads: commands wait until most of the nodes reach each other.");
  if (reachable.length <= voters.length / 2)
    problems.push(
      `Only ${reachable.length} of ${voters.length} voting nodes can be reached, which is no majority.`,
    );
  // Only a leader can take a node out.
  const mayRemove = state.leaderId !== null;
  for (const node of state.nodes) problems.push(...troubleOf(node, mayRemove));
  return problems;
}

function troubleOf(node: NodeState, mayRemove: boolean): string[] {
  const { id, name, isReachable, lagEntries, trouble, diskFreeBytes } = node;
  if (!isReachable) {
    const orRemove = mayRemove ? `, or take it out with lyceum cluster remove ${name}` : "";
    return [`${name} (${id}) cannot be reached: start it there${orRemove}.`];
  }
  return [
    ...(trouble === null ? [] : [`${name} (${id}) says: ${trouble}`]),
    ...(lagEntries !== null && lagEntries > lagEntriesMax
      ? [`${name} is ${lagEntries} entries behind.`]
      : []),
    ...(diskFreeBytes !== null && diskFreeBytes < diskFreeBytesMin
      ? [
          `${name} has only ${bytesText(diskFreeBytes)} of its disk left: make room before it takes no commands.`,
        ]
      : []),
  ];
}

export function statusText(state: ClusterState, problems: readonly string[], now: number): string {
  if (state.kind === "database")
    return "PostgreSQL keeps the data of this school: its own tools say how it is.\n";
  const leader = state.nodes.find(({ id }) => id === state.leaderId);
  const since = state.leaderSince === null ? "" : `, for ${durationText(now - state.leaderSince)}`;
  const table = render(
    state.nodes.map((node) => ({
      name: node.name,
      id: node.id,
      role: node.isLeader ? "leader" : node.role,
      reachable: node.isReachable,
      behind: node.lagEntries,
      "disk free": node.diskFreeBytes === null ? null : bytesText(node.diskFreeBytes),
      snapshot: node.lastSnapshotAt === null ? null : `${durationText(now - node.lastSnapshotAt)} ago`,
      address: node.httpUrl,
      peers: node.peerAddress,
      version: node.version,
    })),
  );
  const verdict =
    problems.length === 0 ? "All is well.\n" : problems.map((problem) => `! ${problem}\n`).join("");
  return (
    `Cluster ${state.clusterId}, led by ${leader === undefined ? "nobody" : leader.name}${since}.\n\n` +
    `${table}\n${verdict}`
  );
}

/** The node with this id, or the only one with this name; null when there is none, or several. */
export function findNode(state: ClusterState, named: string): NodeState | null {
  const byId = state.nodes.find(({ id }) => id === named);
  if (byId !== undefined) return byId;
  const [only, ...others] = state.nodes.filter(({ name }) => name === named);
  return only !== undefined && others.length === 0 ? only : null;
}

/** `90000` as `1 min`: the largest unit that is not 0. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
