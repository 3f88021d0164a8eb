/**
 * Who belongs to the group, by the newest configuration in the log: it is in force as soon as it is there, and the one
 * before is in force again when a newer leader's entries replace it (Raft thesis, §4.1).
 */
import { assert, present } from "#base/assert.ts";
import type { Configuration, Member, NodeId } from "./configuration.ts";
import { decodeConfiguration } from "./configuration-codec.ts";
import type { Entry } from "./entry.ts";
import { type MembershipChange, RaftRefused } from "./port.ts";

interface Placed {
  readonly index: number;
  readonly configuration: Configuration;
}

/** What a node goes by that has heard of no configuration yet: a newcomer, who learns it from the log. */
const nobody: Placed = { index: 0, configuration: { members: [] } };

export class Membership {
  /** Oldest first; the last one is in force. The first one is committed, or `nobody`. */
  #history: Placed[];
  #voters: readonly NodeId[] = [];

  constructor(history: readonly Placed[]) {
    this.#history = history.length > 0 ? [...history] : [nobody];
    for (const [at, placed] of this.#history.entries())
      assert(at === 0 || placed.index > (this.#history[at - 1]?.index ?? 0), "configurations come in order");
    this.#changed();
  }

  get #newest(): Placed {
    return present(this.#history.at(-1), "there is always a configuration");
  }

  /** The configuration in force, and the entry that brought it. */
  get configuration(): Configuration {
    return this.#newest.configuration;
  }

  get index(): number {
    return this.#newest.index;
  }

  get members(): readonly Member[] {
    return this.configuration.members;
  }

  get voters(): readonly NodeId[] {
    return this.#voters;
  }

  isVoter(id: NodeId): boolean {
    return this.#voters.includes(id);
  }

  isMember(id: NodeId): boolean {
    return this.members.some((member) => member.id === id);
  }

  /**
   * Whether it votes, or did until a change that is not known to be committed: the others may need its log to commit that
   * very change. Of a group of two whose leader removes itself, only the leader may hold it (thesis, §4.2.2).
   */
  mayCampaign(id: NodeId): boolean {
    return this.#history.some(({ configuration }) => votersOf(configuration).includes(id));
  }

  /**
   * The configuration that was in force at `index`, which must be no older than the last committed one. A newcomer's log
   * may begin with entries from before anybody told it of a configuration.
   */
  at(index: number): Placed {
    return this.#history.findLast((placed) => placed.index <= index) ?? nobody;
  }

  /** Entries were put into the log, in place of all from the first one on. */
  appended(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    const kept = this.#history.filter((placed) => placed.index < first.index);
    const added = entries
      .filter((entry) => entry.kind === "configuration")
      .map((entry) => ({ index: entry.index, configuration: decodeConfiguration(entry.payload) }));
    if (kept.length === this.#history.length && added.length === 0) return;
    this.#history = [...(kept.length > 0 ? kept : [nobody]), ...added];
    this.#changed();
  }

  restored(placed: Placed): void {
    this.#history = [placed];
    this.#changed();
  }

  /** What is committed is never replaced: what was in force before it can be forgotten. */
  committed(commitIndex: number): void {
    const last = this.#history.findLastIndex((placed) => placed.index <= commitIndex);
    if (last > 0) this.#history.splice(0, last);
  }

  #changed(): void {
    this.#voters = votersOf(this.configuration);
  }
}

export function votersOf({ members }: Configuration): readonly NodeId[] {
  return members.filter((member) => member.role === "voter").map((member) => member.id);
}

/**
 * The configuration after `change`. It moves one voter at most, so that any majority before and any after share a
 * member and no two leaders can be elected by separate majorities (thesis, §4.1).
 */
export function changedConfiguration({ members }: Configuration, change: MembershipChange): Configuration {
  const id = "member" in change ? change.member.id : change.id;
  const present = members.find((member) => member.id === id);
  if (change.kind === "add-learner") {
    if (present !== undefined) throw new RaftRefused("invalid-change", `Node ${id} is a member already.`);
    if (change.member.role !== "learner")
      throw new RaftRefused("invalid-change", "A newcomer is a learner first.");
    return { members: [...members, change.member] };
  }
  if (present === undefined) throw new RaftRefused("unknown-member", `Node ${id} is no member.`);
  if (change.kind === "remove") return { members: members.filter((member) => member.id !== id) };
  return {
    members: members.map((member) => (member.id === id ? changedMember(member, change) : member)),
  };
}

function changedMember(
  member: Member,
  change: Exclude<MembershipChange, { readonly kind: "add-learner" | "remove" }>,
): Member {
  switch (change.kind) {
    case "promote":
      if (member.role === "voter")
        throw new RaftRefused("invalid-change", `Node ${member.id} votes already.`);
      return { ...member, role: "voter" };
    case "demote":
      if (member.role === "learner")
        throw new RaftRefused("invalid-change", `Node ${member.id} is a learner already.`);
      return { ...member, role: "learner" };
    case "update":
      if (change.member.role !== member.role)
        throw new RaftRefused("invalid-change", `An update leaves the role of node ${member.id} as it is.`);
      return change.member;
  }
}
