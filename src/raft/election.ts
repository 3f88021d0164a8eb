/** A campaign as the candidate counts it. */
import type { NodeId } from "./configuration.ts";
import type { VoteReply } from "./message.ts";
import { tally } from "./quorum.ts";

export class Election {
  /** Whether it only asks if it would be elected (thesis, §9.6). */
  readonly isPreVote: boolean;
  /** The term that is campaigned in, or would be. */
  readonly #term: number;
  readonly #votes: Map<NodeId, boolean>;

  /** The candidate votes for itself; that counts where it is a voter. */
  constructor(candidate: NodeId, isPreVote: boolean, term: number) {
    this.isPreVote = isPreVote;
    this.#term = term;
    this.#votes = new Map([[candidate, true]]);
  }

  /** Whether the reply is to this very campaign; one to an earlier one is a vote for that alone. */
  isMeant(reply: VoteReply): boolean {
    if (reply.isPreVote !== this.isPreVote) return false;
    // A refusal comes in the term of who refuses, which is not newer: else it would have ended the campaign.
    return reply.term === this.#term || !reply.granted;
  }

  /** A node's first answer is the one that counts. */
  count(from: NodeId, granted: boolean): void {
    if (!this.#votes.has(from)) this.#votes.set(from, granted);
  }

  outcome(voters: readonly NodeId[]): "won" | "lost" | "pending" {
    return tally(voters, this.#votes);
  }
}
