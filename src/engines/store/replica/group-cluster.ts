/**
 * The group as those above the store see it, and the changes that they may wish for. On each tick its leader also does
 * what nobody has to ask for: it makes newcomers voters once they have caught up.
 */
import type { Clock } from "#base/clock.ts";
import type { Member, MemberAbout, NodeId } from "#raft/configuration.ts";
import { type MembershipChange, RaftRefused } from "#raft/port.ts";
import { NotLeader, Unavailable } from "../../errors.ts";
import type { Cluster, ClusterNode, ClusterView } from "./cluster.ts";
import type { Group } from "./group.ts";
import type { Leadership } from "./leadership-watch.ts";
import type { Transport } from "./transport.ts";

export interface GroupClusterOptions {
  readonly group: Group;
  readonly selfId: NodeId;
  readonly clusterId: string;
  readonly version: string;
  readonly transport: Transport | null;
  readonly clock: Clock;
  readonly position: () => number;
  readonly schemaVersion: () => number;
  readonly lastSnapshot: () => ClusterView["lastSnapshot"];
  readonly rebuilding: () => string | null;
}

/** A change waits so long for the one before it. */
const changeWaitMsMax = 5_000;
const retryMs = 50;
/** A voter that is asked to take over has so long. */
const transferMsMax = 5_000;

export class GroupCluster implements Cluster {
  readonly #options: GroupClusterOptions;
  #isKeeping = false;

  constructor(options: GroupClusterOptions) {
    this.#options = options;
  }

  view(): ClusterView {
    const { group, clusterId, selfId, position, lastSnapshot, rebuilding } = this.#options;
    const { role, term, configuration, commitIndex } = group.status;
    return {
      clusterId,
      selfId,
      role,
      term,
      leaderId: group.leadership.leaderId,
      leaderSince: group.leaderSince,
      commitIndex,
      appliedIndex: position(),
      nodes: configuration.members.map((member) => this.#node(member)),
      wasMember: group.wasMember,
      lastSnapshot: lastSnapshot(),
      rebuilding: rebuilding(),
    };
  }

  async addMember({ id, about }: { readonly id: NodeId; readonly about: MemberAbout }): Promise<void> {
    await this.#change((members) => {
      const known = members.find((member) => member.id === id);
      if (known === undefined) return { kind: "add-learner", member: { id, role: "learner", about } };
      return isSame(known.about, about) ? null : { kind: "update", member: { ...known, about } };
    });
  }

  async updateMember({ id, about }: { readonly id: NodeId; readonly about: MemberAbout }): Promise<void> {
    await this.#change((members) => {
      const known = members.find((member) => member.id === id);
      const isNews = known !== undefined && !isSame(known.about, about);
      return isNews ? { kind: "update", member: { ...known, about } } : null;
    });
  }

  async removeMember(id: NodeId): Promise<void> {
    await this.#change((members) =>
      members.some((member) => member.id === id) ? { kind: "remove", id } : null,
    );
  }

  async transferLeadership(to: NodeId | null): Promise<void> {
    const { group, selfId, clock } = this.#options;
    const { isLeader, leaderId } = group.leadership;
    if (to !== null && to === leaderId) return;
    if (!isLeader) throw new NotLeader(leaderId);
    const target = to ?? this.#nextLeader();
    if (target === null || target === selfId)
      throw new RaftRefused("unknown-member", "No other voter can be reached that could lead.");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stopTimer = clock.after(transferMsMax, () =>
      reject(new Unavailable("the node that was to lead did not take over in time; this one goes on")),
    );
    const stopListening = group.onLeadership((now) => {
      if (now.leaderId === null || now.isLeader) return;
      if (to === null || now.leaderId === to) resolve();
      else reject(new Unavailable("another node took over than the one that was to"));
    });
    try {
      group.transferLeadership(target);
      await promise;
    } finally {
      stopTimer();
      stopListening();
    }
  }

  onLeadership(listener: (now: Leadership) => void): () => void {
    return this.#options.group.onLeadership(listener);
  }

  /** What the leader does by itself; called on each tick. */
  keep(): void {
    const { group } = this.#options;
    if (this.#isKeeping || !group.mayPropose || !group.status.isConfigurationCommitted) return;
    const change = this.#promotion();
    if (change === null) return;
    this.#isKeeping = true;
    const settled = () => {
      this.#isKeeping = false;
    };
    // What is refused or lost now is wished for again on a later tick.
    group.changeMembership(change).then(settled, settled);
  }

  #node(member: Member): ClusterNode {
    const { group, selfId, transport, version } = this.#options;
    const { id, role, about } = member;
    const isSelf = id === selfId;
    const link = transport?.links().get(id);
    const { progress, last } = group.status;
    const known = progress.get(id);
    return {
      id,
      role,
      about,
      isLeader: id === group.leadership.leaderId,
      isReachable: isSelf || link?.isUp === true,
      version: isSelf ? version : (link?.facts?.version ?? group.factsOf(id)?.version ?? null),
      lagEntries: isSelf && group.leadership.isLeader ? 0 : known ? last.index - known.matchIndex : null,
      state: known?.state ?? null,
    };
  }

  /** Proposes what `changeOf` the present members gives, once the change before it is committed; null for nothing. */
  async #change(changeOf: (members: readonly Member[]) => MembershipChange | null): Promise<void> {
    const { group, clock } = this.#options;
    const giveUpAt = clock.monotonic() + changeWaitMsMax;
    for (;;) {
      if (!group.leadership.isLeader) throw new NotLeader(group.leadership.leaderId);
      const change = changeOf(group.status.configuration.members);
      if (change === null) return;
      try {
        await group.changeMembership(change);
        return;
      } catch (error) {
        const isEarly =
          error instanceof RaftRefused &&
          (error.code === "configuration-pending" || error.code === "not-ready");
        if (!isEarly || clock.monotonic() >= giveUpAt) throw error;
      }
      await new Promise<void>((resolve) => clock.after(retryMs, resolve));
    }
  }

  /** The voter that has most of the log. */
  #nextLeader(): NodeId | null {
    const { status } = this.#options.group;
    const candidates = status.configuration.members
      .filter(({ id, role }) => role === "voter" && status.progress.get(id)?.isActive === true)
      .map(({ id }) => ({ id, matchIndex: status.progress.get(id)?.matchIndex ?? 0 }))
      .sort((one, other) => other.matchIndex - one.matchIndex);
    return candidates[0]?.id ?? null;
  }

  #promotion(): MembershipChange | null {
    const { group, schemaVersion } = this.#options;
    const { configuration, progress } = group.status;
    const ready = configuration.members.find(
      ({ id, role }) =>
        role === "learner" &&
        progress.get(id)?.state === "replicate" &&
        progress.get(id)?.isActive === true &&
        (group.factsOf(id)?.schemaKnown ?? -1) >= schemaVersion(),
    );
    return ready === undefined ? null : { kind: "promote", id: ready.id };
  }
}

function isSame(one: MemberAbout, other: MemberAbout): boolean {
  return (
    one.name === other.name &&
    one.peerAddress === other.peerAddress &&
    one.httpUrl === other.httpUrl &&
    one.grpcAddress === other.grpcAddress
  );
}
