/**
 * What a node knows and does only while it leads, for one term: its followers' progress, what is to be sent to them, what a
 * majority holds, whether a majority still listens, strong reads, and the handing over of leadership.
 */
import { assert, present } from "#base/assert.ts";
import type { NodeId } from "./configuration.ts";
import type { RaftLog } from "./log.ts";
import type { Membership } from "./membership.ts";
import type { AppendReply, HeartbeatReply, Message } from "./message.ts";
import type { RaftOptions } from "./port.ts";
import { Progress } from "./progress.ts";
import { agreedBy, hasQuorum } from "./quorum.ts";
import { type AnswerRead, PendingReads, type ReadQuestion } from "./reads.ts";

/** A message before its sender and term are put on it. */
export type Unsigned = Message extends infer M
  ? M extends Message
    ? Omit<M, "from" | "term">
    : never
  : never;

export interface LeaderOptions {
  readonly term: number;
  readonly log: RaftLog;
  readonly membership: Membership;
  readonly options: RaftOptions;
  readonly commitIndex: () => number;
  readonly send: (message: Unsigned) => void;
  readonly answerRead: AnswerRead;
}

export class Leadership {
  readonly peers = new Map<NodeId, Progress>();
  /** An entry of this term is committed: only now is it known what earlier terms have committed. */
  hasCommittedInTerm = false;
  readonly #leader: LeaderOptions;
  readonly #reads: PendingReads;
  /** Ticks since this term of leadership began. */
  #now = 0;
  #round = 0;
  #isHeartbeatDue = false;
  #transfer: { readonly to: NodeId; readonly expiresAt: number; isTold: boolean } | null = null;
  readonly #lease: Lease;

  constructor(leader: LeaderOptions) {
    this.#leader = leader;
    this.#reads = new PendingReads(leader.answerRead);
    this.#lease = new Lease(leader.options);
    this.membershipChanged();
  }

  get #id(): NodeId {
    return this.#leader.options.id;
  }

  get transferringTo(): NodeId | null {
    return this.#transfer?.to ?? null;
  }

  isActive(id: NodeId): boolean {
    if (id === this.#id) return true;
    const peer = this.peers.get(id);
    return peer !== undefined && this.#now - peer.heardAt < this.#leader.options.electionTicks;
  }

  /** Whether what it lacks can reach a newcomer within an election timeout, so that promoting it stalls nobody (§4.2.1). */
  isCaughtUp(id: NodeId): boolean {
    const peer = this.peers.get(id);
    return (
      peer?.state === "replicate" &&
      this.isActive(id) &&
      peer.catchUpTicks !== null &&
      peer.catchUpTicks < this.#leader.options.electionTicks
    );
  }

  /** Gives false when it has not heard from a majority within an election timeout: then it may not be the leader any more. */
  tick(): boolean {
    this.#now++;
    const { options, membership } = this.#leader;
    this.#reads.settle((question) => question.expiresAt <= this.#now, null);
    if (this.#transfer !== null && this.#transfer.expiresAt <= this.#now) this.#transfer = null;
    if (this.#now % options.heartbeatTicks === 0) {
      this.#nextRound();
      if (this.#transfer !== null) this.#transfer.isTold = false;
    }
    return hasQuorum(membership.voters, (voter) => this.isActive(voter));
  }

  /** The configuration changed: who came is sent to, who went is forgotten. */
  membershipChanged(): void {
    const { log, membership, options } = this.#leader;
    for (const id of this.peers.keys()) if (!membership.isMember(id)) this.peers.delete(id);
    for (const { id } of membership.members) {
      if (id === this.#id || this.peers.has(id)) continue;
      const { inFlightMax } = options;
      this.peers.set(id, new Progress({ lastIndex: log.last.index, now: this.#now, inFlightMax }));
    }
    if (this.#transfer !== null && !membership.isVoter(this.#transfer.to)) this.#transfer = null;
    this.#confirmReads();
  }

  appendReplied(reply: AppendReply): void {
    const peer = this.peers.get(reply.from);
    if (peer === undefined) return;
    peer.heardAt = this.#now;
    const { log } = this.#leader;
    if (reply.rejected === null) {
      const { start, last } = log;
      peer.accepted(reply.matchIndex, { startIndex: start.index, lastIndex: last.index, now: this.#now });
      return;
    }
    const { previousIndex, hint } = reply.rejected;
    peer.refused(previousIndex, log.newestUpTo(hint.index, hint.term).index);
  }

  heartbeatReplied(reply: HeartbeatReply): void {
    const peer = this.peers.get(reply.from);
    if (peer === undefined) return;
    peer.heardAt = this.#now;
    peer.round = Math.max(peer.round, reply.round);
    peer.alive(this.#leader.log.last.index);
    this.#confirmReads();
  }

  /**
   * What a majority holds durably, if it reaches into this leader's own term; entries of older terms are committed only
   * with one of its own behind them (Raft paper, figure 8). `ownIndex`: how far this node's own copy is durable.
   */
  agreedIndex(ownIndex: number): number {
    const { log, membership, term, options } = this.#leader;
    if (options.plantedFault === "commit-before-quorum") return ownIndex;
    const agreed = agreedBy(membership.voters, (voter) =>
      voter === this.#id ? ownIndex : (this.peers.get(voter)?.matchIndex ?? 0),
    );
    const isOwnTerm = log.termAt(agreed) === term || options.plantedFault === "commit-older-term";
    return isOwnTerm ? agreed : 0;
  }

  /** The commit index has moved. */
  committed(): void {
    if (this.hasCommittedInTerm) return;
    this.hasCommittedInTerm = true;
    for (const question of this.#reads.takeUnasked()) this.#ask(question);
  }

  askRead(from: NodeId, context: number): void {
    const question = { from, context, expiresAt: this.#now + this.#leader.options.electionTicks };
    if (this.hasCommittedInTerm) this.#ask(question);
    else this.#reads.add(question, null);
  }

  /** Leadership is over: nobody is told anything any more. */
  end(): void {
    this.#reads.settle(() => true, null);
  }

  transfer(to: NodeId): void {
    this.#transfer = { to, expiresAt: this.#now + this.#leader.options.electionTicks, isTold: false };
  }

  /** Before this node gives up leadership: asks the follower that lacks least to campaign, so that nobody waits for a timeout. */
  handOver(): void {
    const { membership, send } = this.#leader;
    this.sendDue();
    const heirs = [...this.peers].filter(([id]) => membership.isVoter(id) && this.isActive(id));
    const [heir] = heirs.sort(([, a], [, b]) => b.matchIndex - a.matchIndex);
    if (heir !== undefined) send({ type: "timeout-now", to: heir[0] });
  }

  /** The member is about to leave: it gets what it can still be sent, so that it learns of it. */
  farewell(id: NodeId): void {
    const peer = this.peers.get(id);
    if (peer !== undefined && peer.state === "replicate") this.#sendAppends(id, peer);
  }

  get hasDue(): boolean {
    if (this.#isHeartbeatDue || this.#isTransferDue) return true;
    for (const peer of this.peers.values()) if (this.#isAppendDue(peer)) return true;
    return false;
  }

  /** Sends everything that may go out now. Called once for many proposals, which so share one message. */
  sendDue(): void {
    const { send, commitIndex } = this.#leader;
    if (this.#isHeartbeatDue) {
      this.#isHeartbeatDue = false;
      for (const [to, peer] of this.peers) {
        const known = Math.min(commitIndex(), peer.matchIndex);
        send({ type: "heartbeat", to, commitIndex: known, round: this.#round });
      }
    }
    for (const [id, peer] of this.peers) this.#sendAppends(id, peer);
    if (this.#transfer !== null && this.#isTransferDue) {
      this.#transfer.isTold = true;
      this.#lease.giveUp();
      send({ type: "timeout-now", to: this.#transfer.to });
    }
  }

  get #isTransferDue(): boolean {
    if (this.#transfer === null || this.#transfer.isTold) return false;
    return this.peers.get(this.#transfer.to)?.matchIndex === this.#leader.log.last.index;
  }

  #isAppendDue(peer: Progress): boolean {
    if (peer.state === "replicate" && peer.isPoked) return true;
    if (peer.isPaused) return false;
    if (peer.state === "probe") return true;
    if (peer.nextIndex <= this.#leader.log.last.index) return true;
    return peer.toldCommit < Math.min(this.#leader.commitIndex(), peer.nextIndex - 1);
  }

  #sendAppends(to: NodeId, peer: Progress): void {
    const { log, options, send } = this.#leader;
    while (this.#isAppendDue(peer)) {
      const index = peer.nextIndex - 1;
      const term = index < log.start.index ? null : log.termAt(index);
      if (term === null) {
        this.#offerSnapshot(to, peer);
        return;
      }
      const { index: lastIndex } = log.last;
      const isEmpty = peer.isPaused || peer.nextIndex > lastIndex;
      const entries = isEmpty ? [] : log.entries(peer.nextIndex, lastIndex, options.appendBytesMax);
      const commitIndex = this.#leader.commitIndex();
      send({ type: "append-request", to, previous: { index, term }, entries, commitIndex });
      peer.sent(index + entries.length, commitIndex);
    }
  }

  #offerSnapshot(to: NodeId, peer: Progress): void {
    if (!this.isActive(to)) {
      peer.waitForLife();
      return;
    }
    const { log, membership, send } = this.#leader;
    const index = this.#leader.commitIndex();
    const term = present(log.termAt(index), "the newest committed entry's term is known");
    const placed = membership.at(index);
    const configuration = { index: placed.index, members: placed.configuration.members };
    send({ type: "snapshot-offer", to, snapshot: { index, term, configuration } });
    peer.offeredSnapshot(index);
  }

  #ask(question: ReadQuestion): void {
    const { membership, options, commitIndex, answerRead } = this.#leader;
    const isAlone = membership.voters.length === 1 && membership.isVoter(this.#id);
    if (isAlone || this.#lease.holdsAt(this.#now) || options.plantedFault === "read-without-quorum")
      answerRead(question, commitIndex());
    else this.#reads.add(question, { index: commitIndex(), round: this.#nextRound() });
  }

  /** A round that goes out after this moment; one that has not gone out yet serves everybody. */
  #nextRound(): number {
    if (this.#isHeartbeatDue) return this.#round;
    this.#isHeartbeatDue = true;
    this.#round++;
    this.#lease.asked(this.#round, this.#now);
    return this.#round;
  }

  #confirmReads(): void {
    const confirmed = agreedBy(this.#leader.membership.voters, (voter) =>
      voter === this.#id ? this.#round : (this.peers.get(voter)?.round ?? 0),
    );
    assert(confirmed <= this.#round, "nobody answers what was not asked");
    this.#reads.confirm(confirmed);
    this.#lease.confirmed(confirmed);
  }
}

/**
 * Until when nobody else can lead, by the ticks of this node: those who answered a heartbeat vote for nobody within an
 * election timeout of it. Counted from when the heartbeat was made, less a margin for clocks that run unlike.
 */
class Lease {
  readonly #ticks: number;
  readonly #isUsed: boolean;
  readonly #askedAt: { readonly round: number; readonly tick: number }[] = [];
  #until = 0;
  #isGivenUp = false;

  constructor({ reads, electionTicks }: RaftOptions) {
    this.#isUsed = reads === "lease";
    this.#ticks = electionTicks - 1 - Math.ceil(electionTicks / 10);
  }

  holdsAt(tick: number): boolean {
    return this.#isUsed && !this.#isGivenUp && tick < this.#until;
  }

  asked(round: number, tick: number): void {
    if (this.#isUsed) this.#askedAt.push({ round, tick });
  }

  confirmed(round: number): void {
    for (
      let first = this.#askedAt[0];
      first !== undefined && first.round <= round;
      first = this.#askedAt[0]
    ) {
      this.#until = first.tick + this.#ticks;
      this.#askedAt.shift();
    }
  }

  /** A node that was told to campaign does not wait for anybody's timeout: nothing is certain for the rest of the term. */
  giveUp(): void {
    this.#isGivenUp = true;
  }
}
