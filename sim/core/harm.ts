/** What is done to the cluster while a seed runs, and how it all ends: everything heals. */
import { present } from "#base/assert.ts";
import { fairWeather } from "../network.ts";
import type { SimNode } from "./node.ts";
import { votersOf } from "./oracle.ts";
import type { Harm } from "./plan.ts";
import { memberOf, type World } from "./world.ts";

export class Harms {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Does one thing after the other until the world is healed. */
  plan(): void {
    const { time, chance, plan } = this.#world;
    time.after(1 + chance.draw(plan.harmEveryMs * 2), () => {
      if (this.#world.isHealed) return;
      this.#do(chance.weighted(plan.harms));
      this.#repair();
      this.plan();
    });
  }

  /** The network is good, every disk works, and who can start does. */
  heal(): void {
    const world = this.#world;
    world.isHealed = true;
    world.slowness = 1;
    world.network.heal();
    world.network.weather = fairWeather;
    world.trace.note("all", "heals", 0);
    for (const node of world.nodes.values()) {
      node.fullUntil = 0;
      if (!node.isUp && !node.isGone) world.planRestart(node);
    }
  }

  #do(harm: Harm): void {
    const world = this.#world;
    const { chance, coverage, trace, network, time, leader } = world;
    const running = [...world.nodes.values()].filter(({ isUp }) => isUp);
    const node = running.length === 0 ? null : chance.pick(running);
    const deeds: Readonly<Record<Harm, () => void>> = {
      crash: () => this.#crash(node),
      "crash-leader": () => this.#crash(leader),
      "crash-all": () => {
        for (const each of running) this.#crash(each);
      },
      partition: () => this.#partition(() => chance.happens(0.5)),
      "cut-leader-off": () => this.#partition((id) => id === leader?.id),
      "one-way-cut": () => this.#cutOneWay(running),
      heal: () => {
        trace.note("net", "heals", 0);
        network.heal();
      },
      freeze: () => this.#freeze(node),
      "freeze-leader": () => this.#freeze(leader),
      "clock-jump": () => this.#jump(node),
      "full-disk": () => {
        if (node !== null) node.fullUntil = time.now + chance.between(20, 300);
      },
      rot: () => this.#rot(node),
      "slow-disks": () => {
        world.slowness = world.slowness === 1 ? 10 : 1;
        coverage.add("slow disks");
      },
      transfer: () => this.#transfer(leader),
      "add-node": () => this.#add(leader),
      "remove-node": () => this.#remove(leader),
      "hasty-removals": () => this.#removeHastily(leader),
      demote: () => this.#demote(leader),
      unreachable: () => {
        for (const { id } of running) node?.unreachable(id);
      },
    };
    deeds[harm]();
  }

  #jump(node: SimNode | null): void {
    if (node === null) return;
    this.#world.coverage.add("clock jumps");
    this.#world.trace.note(node.id, "has its clock jump", 0);
    node.jump(this.#world.chance.between(2, 30));
  }

  #demote(leader: SimNode | null): void {
    const { oracle, coverage } = this.#world;
    if (leader === null || votersOf(oracle.members).length < 3 || this.#hasLoss) return;
    if (leader.changeMembership({ kind: "demote", id: this.#pickVoter() })) coverage.add("demotions");
  }

  #crash(node: SimNode | null): void {
    if (node === null) return;
    node.crash("killed");
    this.#world.planRestart(node);
  }

  #freeze(node: SimNode | null): void {
    if (node === null) return;
    const duration = this.#world.chance.between(20, 400);
    this.#world.coverage.add("frozen processes");
    this.#world.trace.note(node.id, "freezes", duration, () => `for ${duration} ms`);
    node.freeze(duration);
  }

  #partition(isHere: (id: string) => boolean): void {
    const { nodes, network, coverage, trace, chance } = this.#world;
    network.heal();
    const here = [...nodes.keys()].filter(isHere);
    const there = [...nodes.keys()].filter((id) => !here.includes(id));
    if (here.length === 0 || there.length === 0) return;
    coverage.add("partitions");
    trace.note("net", "splits", here.length, () => `${here.join(" ")} | ${there.join(" ")}`);
    const tells = chance.happens(0.5);
    for (const a of here) {
      for (const b of there) {
        network.cut(a, b);
        network.cut(b, a);
        if (tells) this.#world.node(a)?.unreachable(b);
        if (tells) this.#world.node(b)?.unreachable(a);
      }
    }
  }

  #cutOneWay(running: readonly SimNode[]): void {
    if (running.length < 2) return;
    const { chance, coverage, trace, network } = this.#world;
    const { id: from } = chance.pick(running);
    const { id: to } = chance.pick(running);
    coverage.add("one-way cuts");
    trace.note("net", "cuts", 1, () => `${from} > ${to}`);
    network.cut(from, to);
  }

  /** Whether a member is lost for good. */
  get #hasLoss(): boolean {
    return this.#world.oracle.members.some(({ id }) => this.#world.node(id)?.isLost);
  }

  /**
   * Damages a disk for good: the node is lost. Only where the others are enough by every membership that any log holds,
   * since no protocol could go on otherwise.
   */
  #rot(node: SimNode | null): void {
    const { nodes, oracle, trace, coverage } = this.#world;
    const voters = votersOf(oracle.members);
    if (node === null || voters.length < 3 || this.#hasLoss) return;
    for (const { disk, status, isLost } of nodes.values()) {
      if (isLost) continue;
      const newest = disk.held.findLast(({ kind }) => kind === "configuration");
      if ((newest?.index ?? 0) > oracle.committedIndex || status?.isConfigurationCommitted === false) return;
    }
    trace.note(node.id, "rots", 0);
    coverage.add("rotten disks");
    node.disk.isRotten = true;
    this.#crash(node);
  }

  #transfer(leader: SimNode | null): void {
    const to = this.#world.chance.pick([...this.#world.nodes.keys()]);
    if (leader?.transferLeadership(to)) this.#world.coverage.add("transfers");
  }

  #pickVoter(): string {
    return this.#world.chance.pick(votersOf(this.#world.oracle.members));
  }

  #add(leader: SimNode | null): void {
    const { nodes, oracle, chance, coverage } = this.#world;
    if (leader === null || nodes.size >= 9 || oracle.members.length >= 6) return;
    const { id } = this.#world.newcomer();
    if (chance.happens(0.15)) this.#world.keepLearner(id);
    const member = memberOf(id, "learner");
    if (leader.changeMembership({ kind: "add-learner", member })) coverage.add("nodes added");
    else present(nodes.get(id), "the newcomer").isGone = true;
  }

  #remove(leader: SimNode | null): void {
    const { oracle, coverage, chance } = this.#world;
    if (leader === null || this.#hasLoss || votersOf(oracle.members).length < 2) return;
    const id = chance.happens(0.3) ? leader.id : this.#pickVoter();
    if (leader.changeMembership({ kind: "remove", id })) coverage.add("nodes removed");
  }

  /** A leader cut off with a minority is asked to remove those whom it cannot reach, before it has noticed. */
  #removeHastily(leader: SimNode | null): void {
    const { oracle, coverage, chance } = this.#world;
    const voters = votersOf(oracle.members);
    if (leader === null || this.#hasLoss || voters.length < 3) return;
    const companions = voters.filter((id) => id !== leader.id);
    const kept = companions.slice(0, Math.floor((voters.length - 1) / 2) - chance.draw(2));
    const others = companions.filter((id) => !kept.includes(id));
    this.#partition((id) => id === leader.id || kept.includes(id));
    for (const id of others.slice(0, 2)) {
      if (leader.changeMembership({ kind: "remove", id })) coverage.add("hasty removals");
    }
  }

  /** What an administrator does: takes lost members out, switches removed nodes off. */
  #repair(): void {
    const { nodes, oracle, leader, chance, coverage } = this.#world;
    const lost = oracle.members.find(({ id }) => nodes.get(id)?.isGone);
    if (lost !== undefined && leader?.changeMembership({ kind: "remove", id: lost.id })) {
      coverage.add("lost nodes removed");
    }
    for (const node of nodes.values()) {
      if (node.isGone || !oracle.hasLeft(node.id) || !chance.happens(0.1)) continue;
      node.crash("switched off");
      node.isGone = true;
    }
  }
}
