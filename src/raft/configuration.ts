/** Who belongs to the group, and how that may change: one voter at a time (Raft thesis, §4.1 and §4.2.1). */

/** A node's name for the group: minted once, never used again for another. */
export type NodeId = string;

export interface Member {
  readonly id: NodeId;
  /**
   * A `voter` counts in every quorum. A `learner` is sent the log and counts in none: a newcomer that catches up, or
   * a copy that is to be read from.
   */
  readonly role: "voter" | "learner";
  /** Where and what it is, for those who reach it; the core does not look inside. */
  readonly about: MemberAbout;
}

/** A member as the others see it. */
export interface MemberAbout {
  /** What people call it. */
  readonly name: string;
  /** `host:port` of the port for peers. */
  readonly peerAddress: string;
  /** Where its HTTP and gRPC doors are reached, or null when it has none. */
  readonly httpUrl: string | null;
  readonly grpcAddress: string | null;
}

/** The whole membership, as each entry of the kind `configuration` carries it. In force as soon as it is in a log. */
export interface Configuration {
  readonly members: readonly Member[];
}
