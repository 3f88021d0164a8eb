/** What a majority says. A group without voters agrees on nothing. */
import type { NodeId } from "./configuration.ts";

/** How many of `voters` make a majority: any two majorities share a member. */
export function quorumSize(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** The highest number that a majority of `voters` has reached; 0 without voters. */
export function agreedBy(voters: readonly NodeId[], reached: (voter: NodeId) => number): number {
  const numbers = voters.map(reached).sort((a, b) => b - a);
  return numbers[quorumSize(numbers.length) - 1] ?? 0;
}

/** Whether a majority of `voters` has what `has` asks for. */
export function hasQuorum(voters: readonly NodeId[], has: (voter: NodeId) => boolean): boolean {
  return voters.filter(has).length >= quorumSize(voters.length);
}

/** How an election stands. `lost`: not even all who have not answered yet could turn it. */
export function tally(
  voters: readonly NodeId[],
  votes: ReadonlyMap<NodeId, boolean>,
): "won" | "lost" | "pending" {
  if (hasQuorum(voters, (voter) => votes.get(voter) === true)) return "won";
  return hasQuorum(voters, (voter) => votes.get(voter) !== false) ? "pending" : "lost";
}
