/** The state of a cluster for people: a table of its nodes, and what is not as it should be. */
import { render } from "#doors/cli/render.ts";

/** What `cluster.getCluster` says of a node. */
export interface NodeState {
  readonly id: string;
  readonly name: string;
  readonly role: "voter" | "learner";
  readonly isLeader: boolean;
  readonly isReachable: boolean;
  readonly peerAddress: string;
  readonly httpUrl: string | null;
  readonly version: string | null;
  readonly lagEntries: number | null;
}

/** What `cluster.getCluster` says. */
export interface ClusterState {
  readonly clusterId: string;
  readonly leaderId: string | null;
  readonly leaderSince: number | null;
  readonly nodes: readonly NodeState[];
  readonly lastSnapshot: { readonly at: number; readonly bytes: number } | null;
  readonly rebuilding: string | null;
}

/** So many entries behind is no longer the usual delay. */
const lagEntriesMax = 10_000;

/** What an operator should look at, one sentence each; empty when all is well. */
export function healthOf(state: ClusterState): readonly string[] {
  const voters = state.nodes.filter(({ role }) => role === "voter");
  const reachable = voters.filter(({ isReachable }) => isReachable);
  const problems: string[] = [];
  if (state.leaderId === null)
    problems.push("No node leads: commands wait until most of the nodes reach each other.");
  if (reachable.length <= voters.length / 2)
    problems.push(
      `Only ${reachable.length} of ${voters.length} voting nodes can be reached, which is no majority.`,
    );
  for (const { name, id, isReachable } of state.nodes)
    if (!isReachable)
      problems.push(
        `${name} (${id}) cannot be reached: start it there, or take it out with lyceum cluster remove ${name}.`,
      );
  for (const { name, lagEntries } of state.nodes)
    if (lagEntries !== null && lagEntries > lagEntriesMax)
      problems.push(`${name} is ${lagEntries} entries behind.`);
  if (state.rebuilding !== null)
    problems.push(`The node that was asked makes its data anew: ${state.rebuilding}.`);
  return problems;
}

export function statusText(state: ClusterState, problems: readonly string[], now: number): string {
  const leader = state.nodes.find(({ id }) => id === state.leaderId);
  const since = state.leaderSince === null ? "" : `, for ${durationText(now - state.leaderSince)}`;
  const table = render(
    state.nodes.map(
      ({ id, name, role, isLeader, isReachable, lagEntries, httpUrl, peerAddress, version }) => ({
        name,
        id,
        role: isLeader ? "leader" : role,
        reachable: isReachable,
        behind: lagEntries,
        address: httpUrl,
        peers: peerAddress,
        version,
      }),
    ),
  );
  const snapshot =
    state.lastSnapshot === null ? "" : `Last snapshot ${durationText(now - state.lastSnapshot.at)} ago.\n`;
  const verdict =
    problems.length === 0 ? "All is well.\n" : problems.map((problem) => `! ${problem}\n`).join("");
  return (
    `Cluster ${state.clusterId}, led by ${leader === undefined ? "nobody" : leader.name}${since}.\n\n` +
    `${table}\n${snapshot}${verdict}`
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
