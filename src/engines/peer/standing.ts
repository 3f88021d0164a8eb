/**
 * What standing a node with a valid certificate has here. Members may do everything, and whoever was seen to leave
 * nothing. Those of whom this node never heard are the hard case: one may have been removed while this node was down,
 * or may be the leader of a membership that this node has yet to hear of (thesis, §4.1: a server takes entries from a
 * leader that is not in its own configuration). So they are heard only while no member leads this node.
 */
import type { Clock } from "#base/clock.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import type { Message } from "#raft/message.ts";

/** A member that led within this time leads. */
const leadershipMs = 2_000;

export class Standing {
  readonly #selfId: NodeId;
  readonly #clock: Clock;
  readonly #departureMs: number;
  readonly #onGone: (id: NodeId) => void;
  /** Who was seen to leave, each with how to cancel the end of its farewell, or null once it is over. */
  readonly #departed = new Map<NodeId, (() => void) | null>();
  #members: ReadonlyMap<NodeId, Member> = new Map();
  #ledUntil = Number.NEGATIVE_INFINITY;

  constructor(options: {
    readonly selfId: NodeId;
    readonly clock: Clock;
    /** For how long a node that leaves may still speak Raft: one that led commits its own removal meanwhile. */
    readonly departureMs: number;
    /** That time is over. */
    onGone(id: NodeId): void;
  }) {
    this.#selfId = options.selfId;
    this.#clock = options.clock;
    this.#departureMs = options.departureMs;
    this.#onGone = options.onGone;
  }

  /** The members, this node excluded. */
  get members(): ReadonlyMap<NodeId, Member> {
    return this.#members;
  }

  setMembers(members: readonly Member[]): void {
    const former = this.#members;
    this.#members = new Map(
      members.filter(({ id }) => id !== this.#selfId).map((member) => [member.id, member]),
    );
    for (const id of this.#members.keys()) {
      this.#departed.get(id)?.();
      this.#departed.delete(id);
    }
    for (const id of former.keys()) if (!this.#members.has(id)) this.#depart(id);
  }

  #depart(id: NodeId): void {
    const cancel = this.#clock.after(this.#departureMs, () => {
      this.#departed.set(id, null);
      this.#onGone(id);
    });
    this.#departed.set(id, cancel);
  }

  /** Why a node may not speak Raft here, in a sentence, or null when it may. */
  objection(id: NodeId): string | null {
    if (this.#members.has(id)) return null;
    if (this.#departed.get(id) === null)
      return `node ${id} was removed from the cluster, and its certificate is worth nothing any more: stop it, or let it join again as a new node`;
    if (!this.#departed.has(id) && this.#clock.monotonic() < this.#ledUntil)
      return `node ${id} is no member of the cluster that node ${this.#selfId} belongs to: it was removed, or was added a moment ago`;
    return null;
  }

  /** Takes note of a message from a leader among the members. */
  heard({ type, from }: Message): void {
    if ((type === "heartbeat" || type === "append-request") && this.#members.has(from))
      this.#ledUntil = this.#clock.monotonic() + leadershipMs;
  }
}
