/** What is done to a cluster of real stores while a seed runs. */
import { fairWeather } from "../network.ts";
import { aboutOf } from "./members.ts";
import type { StoreNode } from "./store-node.ts";
import type { StoreHarm } from "./store-plan.ts";
import type { StoreWorld } from "./store-world.ts";

export class StoreHarms {
  readonly #world: StoreWorld;
  readonly #everMembers = new Set<string>();

  constructor(world: StoreWorld) {
    this.#world = world;
  }

  plan(): void {
    const { time, chance, plan } = this.#world;
    time.after(1 + chance.draw(plan.harmEveryMs * 2), () => {
      if (this.#world.isHealed) return;
      this.#do(chance.weighted(plan.harms));
      this.#repair();
      this.plan();
    });
  }

  heal(): void {
    const world = this.#world;
    world.isHealed = true;
    world.slowness = 1;
    world.network.heal();
    world.network.weather = fairWeather;
    world.trace.note("all", "heals", 0);
    for (const node of world.nodes.values()) {
      this.#mendDisk(node);
      // Nothing is left that would crash it at its next step.
      node.disk.crashBefore(Number.MAX_SAFE_INTEGER, () => undefined);
      if (!node.isUp && !node.isGone) world.planRestart(node);
    }
  }

  #do(harm: StoreHarm): void {
    const world = this.#world;
    const { chance, coverage, trace, network, leader } = world;
    const running = [...world.nodes.values()].filter(({ isUp }) => isUp);
    const node = running.length === 0 ? null : chance.pick(running);
    const deeds: Readonly<Record<StoreHarm, () => void>> = {
      stop: () => node?.stop(),
      kill: () => this.#crash(node, false),
      "power-cut": () => this.#crash(node, true),
      "power-cut-leader": () => this.#crash(leader, true),
      "power-cut-all": () => {
        for (const each of running) this.#crash(each, true);
      },
      "crash-at-a-step": () => this.#crashAtStep(node),
      partition: () => this.#partition(() => chance.happens(0.5)),
      "cut-leader-off": () => this.#partition((id) => id === leader?.id),
      "one-way-cut": () => {
        if (running.length < 2) return;
        const { id: from } = chance.pick(running);
        const { id: to } = chance.pick(running);
        coverage.add("one-way cuts");
        trace.note("net", "cuts", 1, () => `${from} > ${to}`);
        network.cut(from, to);
      },
      heal: () => {
        trace.note("net", "heals", 0);
        network.heal();
      },
      freeze: () => this.#freeze(node),
      "freeze-leader": () => this.#freeze(leader),
      "full-disk": () => this.#spoilDisk(node, "full"),
      "failing-disk": () => this.#spoilDisk(node, chance.pick(["failWrites", "failSyncs"])),
      "slow-disks": () => {
        world.slowness = world.slowness === 1 ? 10 : 1;
        coverage.add("slow disks");
      },
      rot: () => this.#rot(node),
      "spoil-copy": () => this.#spoil(node),
      transfer: () => this.#transfer(leader),
      "add-node": () => this.#add(leader),
      "remove-node": () => this.#remove(leader),
    };
    deeds[harm]();
  }

  #crash(node: StoreNode | null, losesPower: boolean): void {
    if (node === null) return;
    node.crash("killed", losesPower);
    this.#world.planRestart(node);
  }

  /** The process or the machine dies in the middle of whatever it does to its disk next. */
  #crashAtStep(node: StoreNode | null): void {
    if (node === null) return;
    const losesPower = this.#world.chance.happens(0.6);
    node.disk.crashBefore(1 + this.#world.chance.draw(12), () => {
      this.#world.coverage.add("crashes at a step");
      node.crash("at a step of its disk", losesPower);
      this.#world.planRestart(node);
    });
  }

  #freeze(node: StoreNode | null): void {
    if (node === null) return;
    const duration = this.#world.chance.between(20, 300);
    this.#world.coverage.add("frozen processes");
    this.#world.trace.note(node.id, "freezes", duration, () => `for ${duration} ms`);
    node.freeze(duration);
  }

  #partition(isHere: (id: string) => boolean): void {
    const { nodes, network, coverage, trace } = this.#world;
    network.heal();
    const here = [...nodes.keys()].filter(isHere);
    const there = [...nodes.keys()].filter((id) => !here.includes(id));
    if (here.length === 0 || there.length === 0) return;
    coverage.add("partitions");
    trace.note("net", "splits", here.length, () => `${here.join(" ")} | ${there.join(" ")}`);
    for (const a of here) {
      for (const b of there) {
        network.cut(a, b);
        network.cut(b, a);
        nodes.get(a)?.links?.lost(b);
        nodes.get(b)?.links?.lost(a);
      }
    }
  }

  #spoilDisk(node: StoreNode | null, how: "full" | "failWrites" | "failSyncs"): void {
    if (node === null) return;
    const { time, chance, coverage, trace } = this.#world;
    coverage.add(how === "full" ? "full disks" : "failing disks");
    trace.note(node.id, `has a disk that is ${how}`, 0);
    node.disk[how] = true;
    time.after(chance.between(20, 300), () => this.#mendDisk(node));
  }

  #mendDisk({ disk }: StoreNode): void {
    disk.full = false;
    disk.failWrites = false;
    disk.failSyncs = false;
  }

  /** Whether a member is lost for good, or about to be found so. */
  get #hasLoss(): boolean {
    const { members, nodes } = this.#world;
    return members.some((id) => nodes.get(id)?.isGone || nodes.get(id)?.isRotten);
  }

  /**
   * Flips a bit of a disk. Only where everybody else has all that is committed and no change of the membership is open:
   * a torn end and a rotten one look alike, so that what others do not hold could be lost with it.
   */
  #rot(node: StoreNode | null): void {
    const { trace, coverage } = this.#world;
    if (node === null || this.#hasLoss) return;
    if (!this.#isEven) return;
    node.crash("killed, and its disk rots", true);
    const rotten = node.disk.rot(() => true);
    if (rotten !== null) {
      node.isRotten = true;
      coverage.add("rotten disks");
      trace.note(node.id, "rots", rotten.offset, () => `${rotten.path} at ${rotten.offset}`);
    }
    this.#world.planRestart(node);
  }

  /** Whether everybody is a voter, runs, and knows of all that is committed; and there are enough of them to lose one. */
  get #isEven(): boolean {
    const { nodes, members, oracle, leader } = this.#world;
    const listed = leader?.view?.nodes ?? [];
    if (listed.length < 3 || listed.some(({ role }) => role !== "voter")) return false;
    return listed.every(({ id }) => {
      const view = nodes.get(id)?.view;
      return view != null && view.commitIndex >= oracle.position && view.nodes.length === members.length;
    });
  }

  /** A row of a follower's copy is another one: the store has to find that out and take over another node's copy. */
  #spoil(node: StoreNode | null): void {
    const { leader, isSpoiled } = this.#world;
    if (node?.ready == null || node === leader || isSpoiled || this.#hasLoss || !this.#isEven) return;
    node.spoil();
    this.#world.planRestart(node);
  }

  #transfer(leader: StoreNode | null): void {
    const wish = leader?.store?.cluster?.transferLeadership(null);
    if (wish !== undefined) this.#hope(wish, "transfers");
  }

  #add(leader: StoreNode | null): void {
    const { nodes, members } = this.#world;
    if (leader?.store?.cluster == null || nodes.size >= 8 || members.length >= 5) return;
    const node = this.#world.newcomer();
    void node.start();
    this.#hope(leader.store.cluster.addMember({ id: node.id, about: aboutOf(node.id) }), "nodes added");
  }

  #remove(leader: StoreNode | null): void {
    const { members, chance } = this.#world;
    if (leader?.store?.cluster == null || members.length < 3 || this.#hasLoss) return;
    this.#hope(leader.store.cluster.removeMember(chance.pick(members)), "nodes removed");
  }

  /** Counts a wish that comes true; that it may be refused or lost is part of it. */
  #hope(wish: Promise<void>, what: string): void {
    wish.then(
      () => this.#world.coverage.add(what),
      () => this.#world.coverage.add(`${what}: not taken`),
    );
  }

  /** What an administrator does: takes lost members out, and now and then switches removed nodes off. */
  #repair(): void {
    const { nodes, members, leader, chance } = this.#world;
    const lost = members.find((id) => nodes.get(id)?.isGone);
    if (lost !== undefined && leader?.store?.cluster != null) {
      this.#hope(leader.store.cluster.removeMember(lost), "lost nodes removed");
    }
    for (const id of members) this.#everMembers.add(id);
    for (const node of nodes.values()) {
      if (node.isGone || !this.#everMembers.has(node.id) || this.#mayBeMember(node.id)) continue;
      if (!chance.happens(0.1)) continue;
      node.crash("switched off", false);
      node.isGone = true;
    }
  }

  /** Whether it may be a member: only a leader who knows all that is committed can tell that it is none. */
  #mayBeMember(id: string): boolean {
    const { nodes, leader, oracle } = this.#world;
    const view = leader?.view;
    if (view == null || view.commitIndex < oracle.position) return true;
    const running = [...nodes.values()].filter(({ isUp }) => isUp);
    return running.some((node) => node.view === null || node.view.nodes.some((member) => member.id === id));
  }
}
