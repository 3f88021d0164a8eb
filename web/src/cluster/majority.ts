/** How many nodes the school needs, has, and may lose: what the page says in its first line. */
import type { ClusterState } from "../contract.ts";

export interface Majority {
  readonly voters: number;
  /** Voting nodes that the node asked can reach, itself included. */
  readonly up: number;
  /** So many have to reach each other. */
  readonly needed: number;
  /** So many more may fail while all the others are there. */
  readonly spare: number;
}

export function majorityOf(
  nodes: readonly Pick<ClusterState["nodes"][number], "role" | "isReachable">[],
): Majority {
  const voters = nodes.filter(({ role }) => role === "voter");
  const needed = Math.floor(voters.length / 2) + 1;
  return {
    voters: voters.length,
    up: voters.filter(({ isReachable }) => isReachable).length,
    needed,
    spare: Math.max(0, voters.length - needed),
  };
}
