/**
 * One simulated node: the core, its disk and its state, driven as `src/raft/port.ts` asks of a driver. A crash forgets the
 * core and everything that was under way; what was planned for the node before it never reaches the one after.
 */
import { assert, present } from "#base/assert.ts";
import type { Configuration, NodeId } from "#raft/configuration.ts";
import { decodeConfiguration } from "#raft/configuration-codec.ts";
import type { Message, SnapshotOffer } from "#raft/message.ts";
import { type Effects, type MembershipChange, type Raft, RaftRefused, type RaftStatus } from "#raft/port.ts";
import { createRaft } from "#raft/raft.ts";
import { Violation } from "../trace.ts";
import { AppliedState, type Reply } from "./applied-state.ts";
import { SimDisk } from "./disk.ts";
import type { Command, Image } from "./machine.ts";
import { votersOf } from "./oracle.ts";
import { messageWords, savedWords } from "./words.ts";
import type { World } from "./world.ts";

/** Everything that ends with the process. */
interface Process {
  readonly raft: Raft;
  readonly state: AppliedState;
  isSaving: boolean;
  /** The newest term in which it leads. */
  ledTerm: number;
  /** By the membership in force when the last effects were taken: what they promise is counted by it. */
  takenVoters: readonly NodeId[];
  /** Its disk is full, or was a moment ago. */
  isResigned: boolean;
  status: RaftStatus;
  /** Snapshots that have come in, by their index and term. */
  readonly staged: Map<string, Image>;
}

export class SimNode {
  readonly id: NodeId;
  readonly disk: SimDisk;
  readonly #world: World;
  #process: Process | null = null;
  #incarnation = 0;
  #frozenUntil = 0;
  /** Its disk takes nothing more until then. */
  fullUntil = 0;
  /** Crashed for good: its disk cannot be read, or it was taken out of service. */
  isGone = false;

  constructor(world: World, id: NodeId, image: Image) {
    this.#world = world;
    this.id = id;
    this.disk = new SimDisk(world.chance.fork(), image);
    this.disk.isLying = world.plan.seamFault === "lying-fsync";
  }

  /** It will never run again. */
  get isLost(): boolean {
    return this.isGone || this.disk.isRotten;
  }

  get isUp(): boolean {
    return this.#process !== null;
  }

  get status(): RaftStatus | null {
    return this.#process?.status ?? null;
  }

  get appliedIndex(): number {
    return this.#process?.state.index ?? 0;
  }

  get digest(): string | null {
    return this.#process?.state.digest ?? null;
  }

  start(): void {
    assert(this.#process === null && !this.isGone, `${this.id} is down and can start`);
    const { disk } = this;
    const world = this.#world;
    if (disk.isRotten) {
      world.trace.note(this.id, "refuses to start", 0, () => "something on its disk is damaged");
      world.coverage.add("refused starts");
      this.isGone = true;
      return;
    }
    disk.settle();
    const { image } = disk;
    if (image.id.index > disk.last.index) {
      throw new Violation(
        "log holds what was applied",
        `${this.id} restarts with a log that ends at ${disk.last.index} and a state at ${image.id.index}`,
      );
    }
    const { index, members } = image.id.configuration;
    const raft = createRaft({
      id: this.id,
      log: disk,
      hardState: disk.hardState,
      configurations: configurationsOf(disk, { index, configuration: { members } }),
      appliedIndex: image.id.index,
      draw: (below) => world.chance.draw(below),
      ...world.plan.raft,
    });
    this.#incarnation++;
    this.#process = {
      raft,
      state: new AppliedState(world, this.id, image),
      isSaving: false,
      ledTerm: 0,
      takenVoters: [],
      isResigned: false,
      status: raft.status,
      staged: new Map(),
    };
    world.trace.note(
      this.id,
      "starts",
      index,
      () =>
        `with the state after ${image.id.index}, log ${disk.start.index}…${disk.last.index}, term ${disk.hardState.term}`,
    );
    const { status } = this.#process;
    const alone = votersOf(status.configuration.members);
    this.#act((process) => {
      if (alone.length === 1 && alone[0] === this.id) process.raft.campaign();
    });
    this.#planTick();
  }

  crash(why: string): void {
    if (this.#process === null) return;
    this.#process = null;
    this.#incarnation++;
    this.#frozenUntil = 0;
    this.disk.crash();
    this.#world.coverage.add("crashes");
    if (this.disk.wasTorn) this.#world.coverage.add("torn saves");
    this.#world.trace.note(
      this.id,
      "crashes",
      this.disk.last.index,
      () => `${why}; on disk: state after ${this.disk.image.id.index}, log up to ${this.disk.last.index}`,
    );
  }

  /** Stops as a process does that gets no processor time; what comes in waits. */
  freeze(duration: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#world.time.now + duration);
  }

  /** Runs `work` on this very process after `delay`, unless it has died by then. */
  #later(delay: number, work: (process: Process) => void): void {
    const incarnation = this.#incarnation;
    this.#world.time.after(delay, () => {
      if (incarnation !== this.#incarnation || this.#process === null) return;
      const frozen = this.#frozenUntil - this.#world.time.now;
      if (frozen > 0) this.#later(frozen, work);
      else work(this.#process);
    });
  }

  #planTick(): void {
    const { chance, plan } = this.#world;
    const speed = plan.tickSpeeds.get(this.id) ?? 1;
    this.#later(plan.tickMs * speed * (0.9 + chance.draw(200) / 1_000), () => {
      this.#act((process) => {
        process.raft.tick();
        this.#promoteLearners(process);
      });
      this.#planTick();
    });
  }

  /** The clock jumps ahead: many ticks at one moment. */
  jump(ticks: number): void {
    for (let tick = 0; tick < ticks; tick++) this.#act(({ raft }) => raft.tick());
  }

  /** Calls into the core, then does what it asks for. */
  #act(work: (process: Process) => void): void {
    const process = this.#process;
    if (process === null) return;
    work(process);
    this.#observe(process);
    this.#pump(process);
  }

  #observe(process: Process): void {
    const before = process.status;
    const now = process.raft.status;
    process.status = now;
    const { oracle, trace } = this.#world;
    if (now.commitIndex < before.commitIndex || now.term < before.term) {
      throw new Violation(
        "nothing falls",
        `${this.id} goes back from term ${before.term}, commit ${before.commitIndex} to ${now.term}, ${now.commitIndex}`,
      );
    }
    if (now.role !== before.role || now.term !== before.term) {
      trace.note(
        this.id,
        `is ${now.role}`,
        now.term,
        () => `of term ${now.term}, log up to ${now.last.index} of term ${now.last.term}`,
      );
      const voters = votersOf(now.configuration.members);
      const campaigned = now.role === "candidate" || now.role === "leader";
      if (campaigned && now.term > before.term) oracle.campaigns(this.id, now.term, voters);
    }
    // Until its term is durable, a leader (one that needs nobody else's vote) has told nobody that it is one.
    const isLeader = now.role === "leader" && this.disk.hardState.term === now.term;
    if (isLeader && process.ledTerm !== now.term) {
      process.ledTerm = now.term;
      oracle.leads(this.id, now.term, votersOf(now.configuration.members));
      this.#maybeDieYoung();
    }
    if (now.role === "leader" && before.role === "leader" && now.commitIndex > before.commitIndex) {
      const term = present(this.disk.wantedTermAt(now.commitIndex), "a committed entry is in the log");
      const electorates = [votersOf(now.configuration.members), process.takenVoters];
      oracle.counts(this.id, now.term, { index: now.commitIndex, term }, electorates);
    }
  }

  /** Leaders that die right after their election leave what Raft is most often wrong about (paper, figure 8). */
  #maybeDieYoung(): void {
    const { chance, plan, isHealed } = this.#world;
    if (isHealed || !chance.happens(plan.youngDeaths)) return;
    this.#later(chance.draw(25), () => {
      if (this.#world.isHealed) return;
      this.#world.coverage.add("new leaders killed");
      this.crash("killed as a new leader");
      this.#world.planRestart(this);
    });
  }

  /** The driver's duties, in their order. */
  #pump(process: Process): void {
    while (this.#process === process && !process.isSaving && process.raft.hasEffects) {
      process.takenVoters = votersOf(process.status.configuration.members);
      const effects = process.raft.takeEffects();
      this.#send(effects.messagesAtOnce);
      if (this.#crashesHere("between sending and saving")) return;
      const image = effects.snapshot === null ? null : this.#staged(process, effects.snapshot);
      if (image === null && effects.hardState === null && effects.entries.length === 0) {
        process.raft.saved();
        this.#finish(process, effects, null);
        continue;
      }
      process.isSaving = true;
      this.disk.begin({ image, hardState: effects.hardState, entries: effects.entries });
      this.#later(this.#world.saveDelay(), (then) => this.#saveEnds(then, effects, image));
    }
  }

  #staged(process: Process, { index, term }: { index: number; term: number }): Image {
    return present(process.staged.get(`${index} ${term}`), "the snapshot that is installed has come in");
  }

  #saveEnds(process: Process, effects: Effects, image: Image | null): void {
    const { time, trace, coverage } = this.#world;
    if (time.now < this.fullUntil) {
      if (!process.isResigned) {
        trace.note(this.id, "finds its disk full", effects.entries.length);
        coverage.add("full disks");
        process.isResigned = true;
        this.#act(({ raft }) => raft.resign());
      }
      this.#later(this.fullUntil - time.now + 1, (then) => this.#saveEnds(then, effects, image));
      return;
    }
    const replaced = effects.entries[0] !== undefined && effects.entries[0].index <= this.disk.last.index;
    if (replaced && image === null) coverage.add("replaced entries");
    this.disk.complete();
    process.isSaving = false;
    trace.note(this.id, "saves", effects.entries.at(-1)?.index ?? 0, () => savedWords(effects));
    this.#check(effects, process);
    if (this.#crashesHere("between saving and sending")) return;
    process.raft.saved();
    this.#finish(process, effects, image);
    if (this.#process !== process) return;
    this.#act(({ raft }) => {
      if (process.isResigned) raft.resume();
      process.isResigned = false;
    });
  }

  /** What is on the disk now, the checks should see. */
  #check(effects: Effects, process: Process): void {
    const { oracle } = this.#world;
    for (const entry of effects.entries) {
      const held = this.disk.termAt(entry.index);
      if (held !== entry.term) continue;
      oracle.holds(this.id, entry, this.disk.termAt(entry.index - 1) ?? 0);
      const { role, term } = process.raft.status;
      const opens = entry.kind === "noop" && role === "leader" && entry.term === term;
      if (opens) oracle.opensTerm(this.id, term, this.disk);
    }
  }

  #finish(process: Process, effects: Effects, image: Image | null): void {
    if (image !== null) this.#install(process, image);
    for (const message of effects.messages) {
      this.#send([message]);
      if (this.#crashesHere("between two messages")) return;
    }
    for (const { context, index } of effects.reads) {
      process.state.answerQuestion(context, index, process.status.leaderId);
    }
    this.#apply(process, effects.commitIndex);
    if (this.#process === process) this.#observe(process);
  }

  #install({ state }: Process, image: Image): void {
    const { index } = image.id;
    this.#world.coverage.add("snapshots installed");
    this.#world.trace.note(this.id, "installs a snapshot", index, () => `of the state after ${index}`);
    state.install(image);
  }

  #apply(process: Process, commitIndex: number): void {
    const { state, status } = process;
    while (state.index < commitIndex) {
      const entry = present(this.disk.entryAt(state.index + 1), "a committed entry is in the log");
      state.apply(entry, status.term);
    }
    state.settleReads();
    this.#maybeCheckpoint(process);
  }

  /** A checkpoint of the state; what every retained one covers may go from the log. */
  #maybeCheckpoint({ state }: Process): void {
    const { plan, chance, coverage, trace } = this.#world;
    const newest = this.disk.image.id.index;
    if (state.index < newest + plan.checkpointEvery) return;
    this.disk.images.push(state.image);
    if (this.disk.images.length > 3) this.disk.images.shift();
    const oldest = present(this.disk.images[0], "a node has a state").id.index;
    const through = Math.min(oldest, this.disk.start.index + chance.draw(20));
    if (through <= this.disk.start.index) return;
    this.disk.trimThrough(through);
    coverage.add("log trims");
    trace.note(this.id, "trims its log", through);
  }

  // Messages.

  #send(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.type === "vote-reply" && message.granted && !message.isPreVote) {
        this.#world.oracle.votes(this.id, message.to, message.term);
      }
      this.#world.coverage.add("messages");
      if (message.type === "snapshot-offer") this.#sendSnapshot(message);
      else this.#world.carry(message, () => this.#world.node(message.to)?.receive(message));
    }
  }

  receive(message: Message): void {
    const { trace, oracle } = this.#world;
    this.#later(0, () => {
      trace.note(this.id, `gets ${message.type}`, message.term, () => messageWords(message));
      if (message.type === "vote-reply" && message.isPreVote && message.granted) {
        oracle.preVotes(message.from, this.id, message.term);
      }
      if (message.type === "timeout-now") oracle.calls(this.id, message.term);
      this.#act(({ raft }) => raft.step(message));
    });
  }

  /** The offer names the state that this node has now; the bytes travel with it and take their time. */
  #sendSnapshot(offer: SnapshotOffer): void {
    const process = present(this.#process, "a running node sends");
    const { time, plan, network, coverage } = this.#world;
    const { image } = process.state;
    const named: SnapshotOffer = { ...offer, snapshot: image.id };
    coverage.add("snapshots sent");
    const took = plan.snapshotMs * (0.5 + this.#world.chance.draw(100) / 100);
    let arrived = false;
    time.after(took, () => {
      const to = this.#world.node(offer.to);
      if (to === null || network.isCut(this.id, offer.to)) return;
      network.send(this.id, offer.to, () => {
        arrived = to.receiveSnapshot(named, image) || arrived;
      });
    });
    this.#later(took + network.weather.delayMax + 1, () =>
      this.#act(({ raft }) => raft.snapshotSent(offer.to, arrived)),
    );
  }

  receiveSnapshot(offer: SnapshotOffer, image: Image): boolean {
    if (this.#process === null || this.#frozenUntil > this.#world.time.now) return false;
    this.#world.trace.note(this.id, "gets snapshot-offer", image.id.index, () => messageWords(offer));
    this.#process.staged.set(`${image.id.index} ${image.id.term}`, image);
    this.#act(({ raft }) => raft.step(offer));
    return true;
  }

  unreachable(id: NodeId): void {
    this.#later(0, () => this.#act(({ raft }) => raft.unreachable(id)));
  }

  #crashesHere(where: string): boolean {
    const { plan, chance, isHealed } = this.#world;
    if (isHealed || !chance.happens(plan.crashPoints)) return false;
    this.#world.coverage.add("crashes at a step");
    this.crash(where);
    this.#world.planRestart(this);
    return true;
  }

  // Clients.

  /** Takes a command into the log; it is answered once it is applied. */
  command(command: Command, reply: Reply): void {
    this.#later(0, () => {
      let isTaken = false;
      this.#act((process) => {
        const { book, chance } = this.#world;
        const { hasCommittedInTerm, leaderId } = process.status;
        try {
          if (!hasCommittedInTerm) throw new RaftRefused("not-ready", "not yet");
          const payload = book.write(command, chance.draw(24));
          const { index, term } = process.raft.propose({ kind: "changeset", schemaVersion: 1, payload });
          process.state.proposed({ index, term }, command, reply);
          isTaken = true;
        } catch (error) {
          if (!(error instanceof RaftRefused)) throw error;
          reply({ kind: "not-leader", leaderId: leaderId === this.id ? null : leaderId });
        }
      });
      if (isTaken) this.#world.coverage.add("proposals");
    });
  }

  /** A strong read, on any node. */
  readStrong(key: string, reply: Reply): void {
    this.#later(0, () => this.#act(({ raft, state }) => raft.readIndex(state.ask(key, reply))));
  }

  /** A read of a state no older than `index`. */
  readAt(key: string, index: number, reply: Reply): void {
    this.#later(0, ({ state }) => state.readAt(key, index, reply));
  }

  // The group.

  changeMembership(change: MembershipChange): boolean {
    return this.#wish(
      "changes the membership",
      ({ raft, status }) => {
        raft.changeMembership(change);
        if (status.isConfigurationCommitted) return;
        const what = `${this.id} takes a change of the membership while another is not committed`;
        this.#world.oracle.breaksRule("one change at a time", what);
      },
      () => JSON.stringify(change),
    );
  }

  transferLeadership(to: NodeId): boolean {
    return this.#wish(
      "hands over leadership",
      ({ raft }) => raft.transferLeadership(to),
      () => to,
    );
  }

  #wish(what: string, wish: (process: Process) => void, words: () => string): boolean {
    let isTaken = false;
    this.#act((process) => {
      try {
        wish(process);
        isTaken = true;
        this.#world.trace.note(this.id, what, process.status.term, words);
      } catch (error) {
        if (!(error instanceof RaftRefused)) throw error;
      }
    });
    return isTaken;
  }

  /** The leader's driver makes voters of newcomers as soon as the core lets it. */
  #promoteLearners(process: Process): void {
    if (process.status.role !== "leader") return;
    for (const { id, role } of process.status.configuration.members) {
      if (role === "voter" || this.#world.staysLearner(id)) continue;
      try {
        process.raft.changeMembership({ kind: "promote", id });
        this.#world.trace.note(this.id, "promotes", process.status.term, () => id);
        return;
      } catch (error) {
        if (!(error instanceof RaftRefused)) throw error;
      }
    }
  }
}

/** What was in force where the log begins or the state stands, and every membership in the log. */
function configurationsOf(
  disk: SimDisk,
  base: { readonly index: number; readonly configuration: Configuration },
): { index: number; configuration: Configuration }[] {
  const held = disk.held.filter(({ kind }) => kind === "configuration");
  const inLog = held.map(({ index, payload }) => ({ index, configuration: decodeConfiguration(payload) }));
  if (inLog.some(({ index }) => index === base.index) || base.configuration.members.length === 0)
    return inLog;
  return [base, ...inLog];
}
