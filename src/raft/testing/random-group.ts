/** A group that chance treats badly, with the checks of the Raft paper's figure 3 after every step. */
import assert from "node:assert/strict";
import { seededRandom } from "#base/random.ts";
import type { Configuration, NodeId } from "../configuration.ts";
import type { Entry } from "../entry.ts";
import type { Message } from "../message.ts";
import { type Effects, type MembershipChange, type PlantedFault, type Raft, RaftRefused } from "../port.ts";
import { createRaft } from "../raft.ts";
import { member } from "./member.ts";
import { MemoryDisk } from "./memory-disk.ts";

interface Machine {
  readonly id: NodeId;
  readonly disk: MemoryDisk;
  raft: Raft;
  /** Taken and not durable yet. */
  saving: Effects | null;
  appliedIndex: number;
}

export class RandomGroup {
  readonly #draw: (below: number) => number;
  readonly #machines: Machine[];
  readonly #plantedFault: PlantedFault | undefined;
  readonly #habits: readonly (readonly [number, (machine: Machine) => unknown])[];
  #network: Message[] = [];
  /** Those who reach only each other. */
  #island = new Set<NodeId>();
  /** Whose clock stands still. */
  #stopped: NodeId | null = null;
  readonly #leaders = new Map<number, NodeId>();
  /** What anybody was told is committed, by its index. */
  readonly #committed = new Map<number, Entry>();
  #reads = 0;
  readonly #readFloors = new Map<number, number>();

  constructor(seed: number, plantedFault?: PlantedFault) {
    this.#plantedFault = plantedFault;
    const random = seededRandom(seed);
    this.#draw = (below) => {
      const [a = 0, b = 0, c = 0] = random.bytes(3);
      return (a * 65_536 + b * 256 + c) % below;
    };
    const size = 1 + this.#draw(5);
    const founders = Array.from({ length: size }, (_, at) => `n${at + 1}`);
    const configuration = { members: founders.map((id) => member(id, "voter")) };
    const newcomers = ["n6", "n7"];
    this.#machines = [
      ...founders.map((id) => this.#build(id, configuration)),
      ...newcomers.map((id) => this.#build(id, null)),
    ];
    this.#habits = this.#drawHabits();
  }

  get committedCount(): number {
    return this.#committed.size;
  }

  #build(id: NodeId, configuration: Configuration | null): Machine {
    const disk = new MemoryDisk(configuration === null ? null : { index: 0, configuration });
    return { id, disk, raft: this.#start(id, disk, 0), saving: null, appliedIndex: 0 };
  }

  #start(id: NodeId, log: MemoryDisk, appliedIndex: number): Raft {
    return createRaft({
      id,
      log,
      hardState: log.hardState,
      configurations: log.configurations,
      appliedIndex,
      electionTicks: 8,
      heartbeatTicks: 2,
      draw: this.#draw,
      appendBytesMax: 8,
      inFlightMax: 3,
      reads: "quorum",
      ...(this.#plantedFault === undefined ? {} : { plantedFault: this.#plantedFault }),
    });
  }

  /** Harm is done to leaders more often than chance would have it. */
  #leaderOr(machine: Machine): Machine {
    const leaders = this.#machines.filter(({ raft }) => raft.status.role === "leader");
    return this.#draw(2) === 0 || leaders.length === 0 ? machine : this.#pick(leaders);
  }

  #pick<T>(from: readonly T[]): T {
    const found = from[this.#draw(from.length)];
    assert(found !== undefined);
    return found;
  }

  /** One thing happens. */
  act(): void {
    const machine = this.#pick(this.#machines);
    let at = this.#draw(this.#habits.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, does] of this.#habits) {
      if (at < weight) {
        does(machine);
        break;
      }
      at -= weight;
    }
    this.#check();
  }

  /** What happens how often differs from seed to seed, so that each kind of harm is also seen often and without others. */
  #drawHabits(): readonly (readonly [number, (machine: Machine) => unknown])[] {
    const some = (weight: number) => weight * this.#pick([0, 1, 1, 4]);
    return [
      [this.#pick([100, 250, 500]), ({ raft, id }) => id !== this.#stopped && raft.tick()],
      [this.#pick([200, 400, 800]), () => this.#deliver()],
      [this.#pick([200, 400, 800]), (machine) => this.#work(machine)],
      [some(80) + 10, (machine) => this.#propose(machine)],
      [some(30), (machine) => this.#ask(this.#leaderOr(machine))],
      [some(10), (machine) => this.#crash(machine)],
      [some(4), (machine) => this.#cut(this.#leaderOr(machine).id)],
      [some(4), (machine) => this.#stopClock(this.#leaderOr(machine).id)],
      [some(8), (machine) => this.#change(machine)],
      [some(5), (machine) => this.#transfer(machine)],
      [some(5), (machine) => this.#trim(machine)],
      [some(5), ({ raft }) => raft.unreachable(this.#pick(this.#machines).id)],
      [some(3), (machine) => this.#rest(machine)],
      [some(2), ({ raft }) => raft.campaign()],
      [some(20), ({ raft }) => this.#network.push(...raft.takeMessagesAtOnce())],
    ];
  }

  /** The harm ends: everybody whom the newest leader counts as a member comes to agree. */
  calm(): void {
    this.#island.clear();
    for (const { raft } of this.#machines) raft.resume();
    for (let round = 0; round < 300; round++) {
      for (const machine of this.#machines) {
        machine.raft.tick();
        while (machine.saving !== null || machine.raft.hasEffects) this.#work(machine);
      }
      const messages = this.#network.splice(0);
      for (const message of messages) this.#give(message);
      this.#check();
    }
    const leader = this.#machines.find(({ raft }) => raft.status.role === "leader");
    assert(leader !== undefined, "somebody leads in the end");
    const { configuration, last } = leader.raft.status;
    for (const { id } of configuration.members) {
      const { appliedIndex } = this.#machine(id);
      assert.equal(appliedIndex, last.index, `${id} has applied all that ${leader.id} has`);
    }
  }

  #work(machine: Machine): void {
    if (machine.saving === null) {
      if (!machine.raft.hasEffects) return;
      machine.saving = machine.raft.takeEffects();
      this.#network.push(...machine.saving.messagesAtOnce);
      return;
    }
    const effects = machine.saving;
    machine.saving = null;
    machine.disk.save(effects);
    machine.raft.saved();
    this.#network.push(...effects.messages);
    for (const { context, index } of effects.reads) this.#answered(context, index);
    if (effects.snapshot !== null) machine.appliedIndex = effects.snapshot.index;
    for (let index = machine.appliedIndex + 1; index <= effects.commitIndex; index++) {
      const entry = machine.disk.all[index - machine.disk.start.index - 1];
      assert(entry !== undefined, `${machine.id} holds entry ${index}, which is committed`);
      this.#commit(entry);
    }
    machine.appliedIndex = Math.max(machine.appliedIndex, effects.commitIndex);
  }

  #commit(entry: Entry): void {
    const known = this.#committed.get(entry.index);
    if (known === undefined) this.#committed.set(entry.index, entry);
    else assert.deepEqual(entry, known, `entry ${entry.index} is the same for everybody`);
  }

  #deliver(): void {
    if (this.#network.length === 0) return;
    const at = this.#draw(2) === 0 ? 0 : this.#draw(this.#network.length);
    const [message] = this.#draw(20) === 0 ? [this.#network[at]] : this.#network.splice(at, 1);
    if (message !== undefined) this.#give(message, this.#draw(15) === 0);
    for (const late of this.#network.length > 200 ? this.#network.splice(0, 100) : []) this.#give(late, true);
  }

  #give(message: Message, isLost = false): void {
    const { from, to } = message;
    const ok = !isLost && this.#island.has(from) === this.#island.has(to);
    if (ok) this.#machine(to).raft.step(message);
    if (message.type === "snapshot-offer") this.#machine(from).raft.snapshotSent(to, ok);
  }

  #machine(id: NodeId): Machine {
    const found = this.#machines.find((machine) => machine.id === id);
    assert(found !== undefined, `${id} exists`);
    return found;
  }

  #cut(id: NodeId): void {
    if (this.#island.size > 2) this.#island.clear();
    else this.#island.add(id);
  }

  #stopClock(id: NodeId): void {
    this.#stopped = this.#stopped === null ? id : null;
  }

  #propose({ raft, id }: Machine): void {
    const payload = new TextEncoder().encode(`${id}${this.#draw(1_000)}`);
    this.#try(() => raft.propose({ kind: "changeset", schemaVersion: 1, payload }));
  }

  #ask({ raft }: Machine): void {
    const floor = Math.max(0, ...this.#committed.keys());
    this.#readFloors.set(++this.#reads, floor);
    raft.readIndex(this.#reads);
  }

  #answered(context: number, index: number | null): void {
    const floor = this.#readFloors.get(context) ?? 0;
    if (index !== null)
      assert(index >= floor, `read ${context} may see ${index}, but ${floor} was committed before`);
  }

  /** What was not saved is gone, or saved all the same, just not answered. */
  #crash(machine: Machine): void {
    if (machine.saving !== null && this.#draw(2) === 0) machine.disk.save(machine.saving);
    if (machine.saving?.snapshot && machine.disk.start.index === machine.saving.snapshot.index)
      machine.appliedIndex = machine.saving.snapshot.index;
    machine.saving = null;
    machine.raft = this.#start(machine.id, machine.disk, machine.appliedIndex);
  }

  #change({ raft }: Machine): void {
    const { id } = this.#pick(this.#machines);
    const changes: MembershipChange[] = [
      { kind: "add-learner", member: member(id, "learner") },
      { kind: "promote", id },
      { kind: "promote", id },
      { kind: "demote", id },
      { kind: "remove", id },
    ];
    this.#try(() => raft.changeMembership(this.#pick(changes)));
  }

  #transfer({ raft }: Machine): void {
    this.#try(() => raft.transferLeadership(this.#pick(this.#machines).id));
  }

  #trim({ disk, appliedIndex }: Machine): void {
    if (appliedIndex > disk.start.index + 3) disk.trimThrough(appliedIndex - this.#draw(3));
  }

  #rest({ raft }: Machine): void {
    if (raft.status.role === "leader") raft.resign();
    else raft.resume();
  }

  #try(wish: () => unknown): void {
    try {
      wish();
    } catch (error) {
      if (!(error instanceof RaftRefused)) throw error;
    }
  }

  #check(): void {
    for (const { id, raft } of this.#machines) {
      const { role, term } = raft.status;
      if (role !== "leader") continue;
      const known = this.#leaders.get(term);
      assert(known === undefined || known === id, `${known} and ${id} both lead in term ${term}`);
      this.#leaders.set(term, id);
    }
  }
}
