/**
 * The driver of the consensus core: gives it time, messages and proposals, and does what it asks for in the order that
 * its port demands. It knows no database: what is committed goes to a `Machine`, which also takes snapshots in.
 * A group of one works the same way, without a transport and without ticks.
 */
import { AssertionError } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { Configuration, Member, NodeId } from "#raft/configuration.ts";
import type { Entry, EntryId, Proposal } from "#raft/entry.ts";
import type { Message, SnapshotOffer } from "#raft/message.ts";
import {
  type Effects,
  type MembershipChange,
  type PlantedFault,
  type Raft,
  RaftRefused,
  type RaftStatus,
} from "#raft/port.ts";
import { createRaft } from "#raft/raft.ts";
import { NotLeader } from "../../errors.ts";
import type { RaftDisk } from "../log/disk-port.ts";
import type { Report } from "../sqlite/report.ts";
import { configurationsOf, isMember, isSoleVoter } from "./configurations.ts";
import { type Leadership, LeadershipWatch } from "./leadership-watch.ts";
import type { Machine } from "./machine.ts";
import { PendingProposals, ReadRounds } from "./pending.ts";
import type { PeerFacts, Transport, TransportHandler } from "./transport.ts";

/** How fast the group notices a dead leader; the usual values are those of etcd. */
export interface GroupTiming {
  readonly tickMs: number;
  readonly heartbeatTicks: number;
  readonly electionTicks: number;
}

export const groupTiming: GroupTiming = { tickMs: 50, heartbeatTicks: 2, electionTicks: 20 };

export interface GroupOptions {
  readonly id: NodeId;
  readonly disk: RaftDisk;
  readonly machine: Machine;
  readonly transport: Transport | null;
  readonly clock: Clock;
  readonly report: Report;
  /** Draws a whole number from 0 to `below` - 1. */
  readonly draw: (below: number) => number;
  readonly timing: GroupTiming;
  /** Messages about snapshots, and what the peers tell of themselves. */
  readonly snapshots: Pick<TransportHandler, "snapshotOffset" | "receiveSnapshot">;
  readonly facts: () => PeerFacts;
  /** Resolves once everything else that is ready has run, sockets included. */
  readonly nextTurn: () => Promise<void>;
  readonly reads?: "quorum" | "lease";
  readonly plantedFault?: PlantedFault;
}

const appendBytesMax = 1 << 20;
const inFlightMax = 64;

export class Group {
  readonly #options: GroupOptions;
  readonly #disk: RaftDisk;
  readonly #proposals = new PendingProposals();
  readonly #reads: ReadRounds;
  readonly #watch: LeadershipWatch;
  readonly #facts = new Map<NodeId, PeerFacts>();
  #raft: Raft;
  #status: RaftStatus;
  #isSoleVoter: boolean;
  #wasMember: boolean;
  #commitIndex: number;
  #pumping: Promise<void> | null = null;
  #state: "working" | "disk-failed" | "stopped" = "working";
  #isTicking = false;
  #stopTick: (() => void) | null = null;
  #onTick: (() => void) | null = null;
  /** For the metrics page. */
  readonly counts = {
    elections: 0,
    saves: 0,
    saveMs: 0,
    savedBytes: 0,
    messagesSent: 0,
    messagesReceived: 0,
  };

  constructor(options: GroupOptions) {
    this.#options = options;
    this.#disk = options.disk;
    this.#watch = new LeadershipWatch(options.clock, options.report);
    this.#commitIndex = options.machine.position;
    this.#raft = this.#newCore();
    this.#status = this.#raft.status;
    this.#isSoleVoter = isSoleVoter(this.#status.configuration, options.id);
    this.#wasMember = isMember(this.#status.configuration, options.id);
    this.#reads = new ReadRounds(
      (context) => {
        this.#raft.readIndex(context);
        this.#pump();
      },
      Math.max(2, options.timing.electionTicks >> 1),
    );
  }

  get status(): RaftStatus {
    return this.#status;
  }

  /** Everything up to here may be applied. */
  get commitIndex(): number {
    return this.#commitIndex;
  }

  get leadership(): Leadership {
    return this.#watch.now;
  }

  get leaderSince(): number | null {
    return this.#watch.since;
  }

  get proposalsWaiting(): number {
    return this.#proposals.count;
  }

  /** Whether this node alone decides, so that what is durable here is committed. */
  get isSoleVoter(): boolean {
    return this.#isSoleVoter;
  }

  /** Whether this node has been a member at any time since it was opened. A newcomer is none until its log says so. */
  get wasMember(): boolean {
    return this.#wasMember;
  }

  /**
   * Whether this leader may take commands: it knows all that was ever committed, has told the machine so, and hands
   * leadership to nobody. The core may know it while the disk is still busy with what came before; a command that ran
   * then would not see the end of the last term.
   */
  get mayPropose(): boolean {
    const { role, hasCommittedInTerm, commitIndex, transferringTo } = this.#status;
    const isTold = hasCommittedInTerm && this.#commitIndex >= commitIndex;
    return role === "leader" && isTold && transferringTo === null && this.#state === "working";
  }

  /** What a peer told of itself last; null when it has not been heard of since this node started. */
  factsOf(id: NodeId): PeerFacts | null {
    return this.#facts.get(id) ?? null;
  }

  /** A group of one leads when this resolves. */
  async lead(): Promise<void> {
    if (!this.isSoleVoter) return;
    this.#raft.campaign();
    this.#pump();
    while (this.#pumping !== null) await this.#pumping;
  }

  /** Begins to speak and listen to the others; `onTick` runs after each tick. */
  async join(onTick: () => void): Promise<void> {
    const { transport } = this.#options;
    this.#onTick = onTick;
    if (transport === null || this.#isTicking) return;
    this.#isTicking = true;
    await transport.start(this.#handler(), this.#options.facts);
    transport.setPeers(others(this.#status.configuration, this.#options.id));
    this.#tickLater();
  }

  /** Calls `listener` whenever this node starts or ceases to lead, or hears of another leader. */
  onLeadership(listener: (now: Leadership) => void): () => void {
    return this.#watch.listen(listener);
  }

  /** Resolves with the entry's place once it is committed. `term`: only if this node has led since then. */
  propose(proposal: Proposal, term: number): Promise<EntryId> {
    return this.#wish(() => {
      if (this.#raft.status.term !== term) throw new NotLeader(null, { retryAfterMs: 50 });
      return this.#raft.propose(proposal);
    });
  }

  changeMembership(change: MembershipChange): Promise<EntryId> {
    return this.#wish(() => this.#raft.changeMembership(change));
  }

  /** Asks a voter to take over; whether it did shows in `onLeadership`. */
  transferLeadership(to: NodeId): void {
    this.#refusing(() => this.#raft.transferLeadership(to));
    this.#notice();
    this.#pump();
  }

  /** The index from which on a read is not older than this moment; null when no leader could confirm one in time. */
  confirmedIndex(): Promise<number | null> {
    // Nobody else can have led; it matters not whether this node can write at present.
    if (this.isSoleVoter && this.#state !== "stopped") return Promise.resolve(this.#commitIndex);
    if (this.#state !== "working") return Promise.resolve(null);
    return this.#reads.confirm();
  }

  /** Committed entries from `from` on, as many as `bytesMax` allows and at least one; none when there are none. */
  committedEntries(from: number, bytesMax: number): readonly Entry[] {
    const to = Math.min(this.#commitIndex, this.#disk.last.index);
    return from > to ? [] : this.#disk.entries(from, to, bytesMax);
  }

  /** Stops leading, and does not stand for election, until `resume`. */
  resign(): void {
    this.#raft.resign();
    this.#notice();
    this.#pump();
  }

  resume(): void {
    this.#raft.resume();
    if (this.isSoleVoter && this.#status.role !== "leader") this.#raft.campaign();
    this.#pump();
  }

  /** Steps the offer of a snapshot that is whole, checked and durable here; resolves when the core has dealt with it. */
  async snapshotReceived(offer: SnapshotOffer): Promise<void> {
    this.#raft.step(offer);
    this.#pump();
    while (this.#pumping !== null) await this.#pumping;
  }

  snapshotSent(to: NodeId, ok: boolean): void {
    if (this.#state === "stopped") return;
    this.#raft.snapshotSent(to, ok);
    this.#pump();
  }

  /** After `diskFailed`: settles what is on the disk and goes on from there, as after a crash. Rejects while it cannot. */
  async mend(): Promise<void> {
    if (this.#state !== "disk-failed") return;
    await this.#disk.mend();
    // The core believes in entries that the disk may not hold, so a new one begins with what is there.
    this.#state = "working";
    this.#commitIndex = Math.max(this.#commitIndex, this.#options.machine.position);
    this.#raft = this.#newCore();
    this.#notice();
    await this.lead();
    this.#pump();
  }

  /** Says and hears nothing more; the disk stays open. */
  async close(): Promise<void> {
    if (this.#state === "working") this.#state = "stopped";
    this.#stopTick?.();
    this.#stopTick = null;
    await this.#pumping;
    this.#state = "stopped";
    this.#proposals.abandon();
    this.#reads.abandon();
    await this.#options.transport?.close();
  }

  #newCore(): Raft {
    const { id, disk, machine, draw, timing, reads, plantedFault } = this.#options;
    return createRaft({
      id,
      log: disk,
      hardState: disk.hardState,
      configurations: configurationsOf(machine.configuration, machine.position, disk),
      appliedIndex: this.#commitIndex,
      electionTicks: timing.electionTicks,
      heartbeatTicks: timing.heartbeatTicks,
      draw,
      appendBytesMax,
      inFlightMax,
      reads: reads ?? "quorum",
      ...(plantedFault === undefined ? {} : { plantedFault }),
    });
  }

  async #wish(act: () => EntryId): Promise<EntryId> {
    const id = this.#refusing(act);
    const committed = this.#proposals.add(id);
    this.#pump();
    return committed;
  }

  /** Runs what the core may refuse; a node that does not lead says who does. */
  #refusing<T>(act: () => T): T {
    if (this.#state !== "working") throw new NotLeader(null);
    try {
      return act();
    } catch (error) {
      if (error instanceof NotLeader) throw error;
      if (!(error instanceof RaftRefused)) {
        this.#fail(error);
        throw error;
      }
      if (error.code !== "not-leader") throw error;
      throw new NotLeader(this.#watch.now.leaderId, { cause: error });
    }
  }

  /** Carries out what the core asks for, until it asks for nothing more; one run at a time. */
  #pump(): void {
    if (this.#pumping !== null || this.#state !== "working") return;
    this.#guarded(() => {
      if (!this.#raft.hasEffects) return;
      this.#pumping = this.#carryOut().then(() => {
        this.#pumping = null;
        this.#pump();
      });
    });
  }

  async #carryOut(): Promise<void> {
    try {
      while (this.#state === "working" && this.#raft.hasEffects)
        await this.#carryOutOne(this.#raft.takeEffects());
    } catch (error) {
      this.#fail(error);
    }
  }

  async #carryOutOne(effects: Effects): Promise<void> {
    this.#send(effects.messagesAtOnce);
    const { snapshot } = effects;
    if (snapshot !== null) {
      // The state is about to be another one; nobody may wait in a transaction on the old one.
      this.#proposals.abandon();
      await this.#save(() => this.#options.machine.install(snapshot));
      await this.#save(() => this.#disk.restartAfter({ index: snapshot.index, term: snapshot.term }));
    }
    if (effects.hardState !== null || effects.entries.length > 0) {
      // A disk that is waited for in place would keep them here until it is done; this way both happen side by side.
      if (effects.messagesAtOnce.length > 0) await this.#options.nextTurn();
      await this.#save(() => this.#disk.save(effects));
      for (const { payload } of effects.entries) this.counts.savedBytes += payload.length;
    }
    this.#raft.saved();
    this.#send(effects.messages);
    if (effects.commitIndex > this.#commitIndex) {
      this.#commitIndex = effects.commitIndex;
      this.#proposals.settle(this.#commitIndex, this.#disk);
      this.#options.machine.wake();
    }
    this.#notice();
    this.#reads.settle(effects.reads);
  }

  async #save(act: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    const start = clock.monotonic();
    try {
      await act();
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      throw new DiskFailed(error);
    }
    this.counts.saves++;
    this.counts.saveMs += clock.monotonic() - start;
  }

  #fail(error: unknown): void {
    if (this.#state === "stopped") return;
    const isDisk = error instanceof DiskFailed;
    this.#state = isDisk ? "disk-failed" : "stopped";
    // First of all they hear why, so that nobody is told less.
    if (isDisk) this.#options.machine.diskFailed(error.cause);
    else this.#options.machine.broken(error);
    this.#proposals.abandon(isDisk ? error.cause : error);
    this.#reads.abandon();
    if (isDisk) {
      this.#raft.resign();
      this.#notice();
    } else {
      // The core says nothing more that could be believed.
      this.#watch.see({ isLeader: false, leaderId: null });
    }
  }

  #send(messages: readonly Message[]): void {
    const { transport, machine } = this.#options;
    for (const message of messages) {
      this.counts.messagesSent++;
      if (message.type === "snapshot-offer") machine.sendSnapshot(message);
      else transport?.send(message);
    }
  }

  /** Looks what has become of this node's part in the group, and tells those who want to know. */
  #notice(): void {
    const before = this.#status;
    const now = this.#raft.status;
    this.#status = now;
    if (now.role === "candidate" && before.role !== "candidate") this.counts.elections++;
    if (this.#proposals.count > 0) this.#proposals.abandonOthers(now.role === "leader" ? now.term : null);
    if (now.configuration !== before.configuration) {
      this.#isSoleVoter = isSoleVoter(now.configuration, this.#options.id);
      this.#wasMember ||= isMember(now.configuration, this.#options.id);
      if (this.#isTicking) this.#options.transport?.setPeers(others(now.configuration, this.#options.id));
    }
    const isNew = this.#watch.see({ isLeader: now.role === "leader", leaderId: now.leaderId });
    // A leader may be one before it may take commands, and may stop taking them before it ceases to be one.
    const mayProposeChanged =
      now.hasCommittedInTerm !== before.hasCommittedInTerm || now.transferringTo !== before.transferringTo;
    if (isNew || mayProposeChanged) this.#options.machine.wake();
  }

  #handler(): TransportHandler {
    const { id, machine, snapshots } = this.#options;
    return {
      message: (message) => {
        if (message.to !== id || message.type === "snapshot-offer" || this.#state === "stopped") return;
        // A newcomer gets a vote only once it has the log. One that has none, and is asked for it, has lost what it
        // promised: its data folder is gone.
        if (message.type === "vote-request" && this.#status.configuration.members.length === 0) return;
        // While its disk fails, a node hears who leads, and promises nothing to anybody.
        if (this.#state === "disk-failed" && message.type !== "heartbeat") return;
        this.counts.messagesReceived++;
        this.#guarded(() => {
          this.#raft.step(message);
          if (this.#state === "disk-failed") this.#notice();
          this.#pump();
        });
      },
      peerFacts: (peer, facts) => {
        this.#facts.set(peer, facts);
        machine.wake();
      },
      unreachable: (peer) => {
        if (this.#state !== "working") return;
        this.#guarded(() => {
          this.#raft.unreachable(peer);
          this.#pump();
        });
      },
      snapshotOffset: (snapshot) => snapshots.snapshotOffset(snapshot),
      receiveSnapshot: (offer, file, offset, source) =>
        snapshots.receiveSnapshot(offer, file, offset, source),
    };
  }

  #tickLater(): void {
    this.#stopTick = this.#options.clock.after(this.#options.timing.tickMs, () => this.#tick());
  }

  #tick(): void {
    this.#tickLater();
    if (this.#state !== "working") return;
    this.#guarded(() => {
      this.#raft.tick();
      this.#notice();
      // While the disk is busy, those who wait for a sign of life are not kept waiting for it.
      if (this.#pumping !== null) this.#send(this.#raft.takeMessagesAtOnce());
      this.#pump();
      this.#reads.tick();
      this.#onTick?.();
    });
  }

  /** A broken promise of our own code ends this node's part in the group, and not the transport that brought it to light. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }
}

class DiskFailed extends Error {
  constructor(cause: unknown) {
    super("the disk under the log failed", { cause });
  }
}

function others({ members }: Configuration, id: NodeId): readonly Member[] {
  return members.filter((member) => member.id !== id);
}
