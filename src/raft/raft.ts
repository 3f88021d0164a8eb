/**
 * One member of a Raft group, as a pure state machine: calls and messages in, `Effects` out (port.ts says what the driver
 * owes). Here are the roles and the rules that hold in all of them; what only a leader knows is in leadership.ts.
 */
import { assert, present, unreachable } from "#base/assert.ts";
import type { NodeId } from "./configuration.ts";
import { encodeConfiguration } from "./configuration-codec.ts";
import { Election } from "./election.ts";
import type { Entry, EntryId, Proposal } from "./entry.ts";
import { Guard } from "./guard.ts";
import { Leadership, type Unsigned } from "./leadership.ts";
import { RaftLog } from "./log.ts";
import { changedConfiguration, Membership, votersOf } from "./membership.ts";
import type {
  AppendRequest,
  Heartbeat,
  Message,
  ReadIndexRequest,
  SnapshotOffer,
  VoteReply,
  VoteRequest,
} from "./message.ts";
import { Outbox } from "./outbox.ts";
import {
  type Effects,
  type MembershipChange,
  type PeerProgress,
  type Raft,
  type RaftOptions,
  RaftRefused,
  type RaftRole,
  type RaftStatus,
} from "./port.ts";
import { hasQuorum } from "./quorum.ts";
import { PendingReads, type ReadQuestion } from "./reads.ts";

/** A member of a group, as it was when its durable state was written. */
export function createRaft(options: RaftOptions): Raft {
  return new Guard(new Node(options));
}

class Node implements Raft {
  readonly #options: RaftOptions;
  readonly #log: RaftLog;
  readonly #membership: Membership;

  #term: number;
  #votedFor: NodeId | null;
  #role: RaftRole = "follower";
  #leaderId: NodeId | null = null;
  #commitIndex: number;
  #election: Election | null = null;
  #leadership: Leadership | null = null;
  #isResigned = false;

  /** Ticks since this node started. */
  #now = 0;
  /** Ticks since a leader was heard from, a vote given, or a campaign begun. */
  #quietTicks = 0;
  #timeoutTicks = 0;

  readonly #forwardedReads: PendingReads;
  readonly #outbox: Outbox;

  constructor(options: RaftOptions) {
    assert(
      options.heartbeatTicks > 0 && options.electionTicks > options.heartbeatTicks,
      "heartbeats come first",
    );
    this.#options = options;
    this.#log = new RaftLog(options.log);
    this.#membership = new Membership(options.configurations);
    this.#term = options.hardState.term;
    this.#votedFor = options.hardState.votedFor;
    const { start, last } = this.#log;
    assert(options.appliedIndex <= last.index, "what is applied is in the log");
    assert(this.#membership.index <= last.index, "the newest configuration is in the log");
    this.#commitIndex = Math.max(options.appliedIndex, start.index);
    this.#membership.committed(this.#commitIndex);
    this.#outbox = new Outbox(this.#commitIndex);
    // A log from before there were groups comes without a hard state.
    if (last.term > this.#term) this.#enterTerm(last.term, null);
    this.#forwardedReads = new PendingReads((question, index) => this.#answerRead(question, index));
    this.#restartTimeout();
  }

  get status(): RaftStatus {
    return {
      id: this.#options.id,
      role: this.#role,
      term: this.#term,
      leaderId: this.#leaderId,
      commitIndex: this.#commitIndex,
      last: this.#log.last,
      configuration: this.#membership.configuration,
      isConfigurationCommitted: this.#membership.index <= this.#commitIndex,
      hasCommittedInTerm: this.#leadership?.hasCommittedInTerm ?? false,
      transferringTo: this.#leadership?.transferringTo ?? null,
      progress: this.#progress(),
    };
  }

  #progress(): ReadonlyMap<NodeId, PeerProgress> {
    const progress = new Map<NodeId, PeerProgress>();
    for (const [id, { state, matchIndex, nextIndex }] of this.#leadership?.peers ?? [])
      progress.set(id, { state, matchIndex, nextIndex, isActive: this.#leadership?.isActive(id) ?? false });
    return progress;
  }

  // What comes out.

  get hasEffects(): boolean {
    return (
      this.#log.hasUnsaved || !this.#outbox.isEmpty(this.#commitIndex) || (this.#leadership?.hasDue ?? false)
    );
  }

  takeMessagesAtOnce(): readonly Message[] {
    if (this.#outbox.mayLeaveAtOnce) this.#leadership?.sendDue();
    return this.#outbox.takeAtOnce();
  }

  takeEffects(): Effects {
    this.#outbox.assertIdle();
    this.#leadership?.sendDue();
    const votedFor = this.#options.plantedFault === "forget-vote" ? null : this.#votedFor;
    // A leader's own copy counts from when these effects are durable, and nobody looks at the commit index before that.
    const commitIndex = Math.max(this.#commitIndex, this.#leadership?.agreedIndex(this.#log.last.index) ?? 0);
    assert(commitIndex <= this.#log.last.index, "what is committed is in the log");
    const entries = this.#log.takeUnsaved();
    return this.#outbox.take({ hardState: { term: this.#term, votedFor }, entries, commitIndex });
  }

  saved(): void {
    const commitIndex = this.#outbox.saved();
    this.#log.saved();
    this.#countCopies();
    // It may have lost leadership since it counted; what it promised then is true all the same.
    this.#commitTo(commitIndex);
  }

  #send(message: Unsigned & { readonly term?: number }): void {
    const signed: Message = { ...message, from: this.#options.id, term: message.term ?? this.#term };
    this.#outbox.send(signed, this.#isPromise(signed));
  }

  /** Votes, and what is said of one's own log, are promises about what is durable; the rest only needs the term to be. */
  #isPromise(message: Message): boolean {
    if (message.type === "append-reply") return this.#options.plantedFault !== "acknowledge-before-saved";
    return message.type === "vote-request" || message.type === "vote-reply";
  }

  // Time.

  tick(): void {
    this.#now++;
    if (this.#leadership !== null) {
      if (!this.#leadership.tick()) this.#becomeFollower(this.#term, null);
      return;
    }
    this.#quietTicks++;
    this.#forwardedReads.settle((question) => question.expiresAt <= this.#now, null);
    if (this.#quietTicks < this.#timeoutTicks) return;
    this.#hearFrom(null);
    this.campaign();
  }

  #restartTimeout(): void {
    const { electionTicks, draw } = this.#options;
    this.#quietTicks = 0;
    this.#timeoutTicks = electionTicks + draw(electionTicks);
  }

  /** Whether a leader may be at work that this node must not help to disturb (thesis, §4.2.3 and §6.4.1). */
  get #isLoyal(): boolean {
    const { electionTicks, reads } = this.#options;
    if (this.#leaderId !== null) return this.#leadership !== null || this.#quietTicks < electionTicks;
    // Before its restart it may have answered a heartbeat, on which a leader's lease still rests.
    return reads === "lease" && this.#now < electionTicks;
  }

  // Roles.

  #enterTerm(term: number, votedFor: NodeId | null): void {
    assert(term > this.#term, "terms only grow");
    this.#term = term;
    this.#votedFor = votedFor;
    this.#outbox.hardStateChanged();
    this.#outbox.forgetMessages();
  }

  #becomeFollower(term: number, leaderId: NodeId | null): void {
    const leadership = this.#leadership;
    const wasFollower = this.#role === "follower";
    this.#role = "follower";
    this.#election = null;
    this.#leadership = null;
    if (term > this.#term) this.#enterTerm(term, null);
    if (!wasFollower) this.#restartTimeout();
    this.#hearFrom(leaderId);
    leadership?.end();
  }

  /** Takes `leaderId` for the leader of this term. */
  #hearFrom(leaderId: NodeId | null): void {
    if (leaderId === this.#leaderId) return;
    this.#leaderId = leaderId;
    this.#forwardedReads.settle(() => true, null);
  }

  /** Asks everybody for their votes; with `isPreVote`, only whether they would give them. */
  #startElection(isPreVote: boolean, isTransfer: boolean): void {
    assert(this.#leadership === null, "a leader does not campaign");
    const { id } = this.#options;
    if (!isPreVote) this.#enterTerm(this.#term + 1, id);
    this.#role = isPreVote ? "pre-candidate" : "candidate";
    const term = isPreVote ? this.#term + 1 : this.#term;
    this.#election = new Election(id, isPreVote, term);
    this.#restartTimeout();
    this.#hearFrom(null);
    const { last } = this.#log;
    for (const to of this.#membership.voters)
      if (to !== id) this.#send({ type: "vote-request", to, term, isPreVote, last, isTransfer });
    this.#countVotes();
  }

  #countVotes(): void {
    const election = present(this.#election, "there is an election");
    const outcome = election.outcome(this.#membership.voters);
    if (outcome === "lost") this.#becomeFollower(this.#term, null);
    if (outcome !== "won") return;
    if (election.isPreVote) this.#startElection(false, false);
    else this.#becomeLeader();
  }

  #becomeLeader(): void {
    assert(this.#role === "candidate" && this.#votedFor === this.#options.id, "a leader was elected");
    this.#role = "leader";
    this.#election = null;
    this.#hearFrom(this.#options.id);
    this.#leadership = new Leadership({
      term: this.#term,
      log: this.#log,
      membership: this.#membership,
      options: this.#options,
      commitIndex: () => this.#commitIndex,
      send: (message) => this.#send(message),
      answerRead: (question, index) => this.#answerRead(question, index),
    });
    this.#append({ kind: "noop", schemaVersion: 0, payload: new Uint8Array() });
  }

  /** Puts an entry of its own into the leader's log. */
  #append(proposal: Proposal): EntryId {
    const { kind, schemaVersion, payload } = proposal;
    const entry: Entry = { index: this.#log.last.index + 1, term: this.#term, kind, schemaVersion, payload };
    this.#log.append([entry]);
    this.#membership.appended([entry]);
    return { index: entry.index, term: entry.term };
  }

  // The commit index.

  /** A leader commits what a majority holds by now. */
  #countCopies(): void {
    if (this.#leadership !== null) this.#commitTo(this.#leadership.agreedIndex(this.#log.durableIndex));
  }

  #commitTo(index: number): void {
    if (index <= this.#commitIndex) return;
    assert(
      index <= this.#log.last.index,
      `entry ${index} is committed and this node has acknowledged it, but its log ends at ${this.#log.last.index}: the log has lost entries`,
    );
    this.#commitIndex = index;
    this.#membership.committed(index);
    this.#leadership?.committed();
    // A leader that is no voter any more has led until everybody can do without it (thesis, §4.2.2).
    const isOut = this.#membership.index <= index && !this.#membership.isVoter(this.#options.id);
    if (this.#leadership !== null && isOut) this.#giveUpLeadership();
  }

  #giveUpLeadership(): void {
    this.#leadership?.handOver();
    this.#becomeFollower(this.#term, null);
  }

  // Messages.

  step(message: Message): void {
    const { id } = this.#options;
    if (message.to !== id || message.from === id) return;
    if (message.term > this.#term) this.#stepNewer(message);
    else if (message.term < this.#term) this.#stepOlder(message);
    else this.#stepCurrent(message);
  }

  #stepNewer(message: Message): void {
    switch (message.type) {
      case "vote-request":
        if (this.#isLoyal && !message.isTransfer) return;
        if (!message.isPreVote) this.#becomeFollower(message.term, null);
        break;
      case "vote-reply":
        if (message.isPreVote && message.granted) break;
        if (this.#membership.isMember(message.from)) this.#becomeFollower(message.term, null);
        return;
      case "append-request":
      case "heartbeat":
      case "snapshot-offer":
      case "timeout-now":
        // Also from a leader that this node's configuration does not know: the log will tell (thesis, §4.1).
        this.#becomeFollower(message.term, message.from);
        break;
      default:
        // Answers of one who is no member count for nothing, so that a removed node disturbs nobody.
        if (!this.#membership.isMember(message.from)) return;
        this.#becomeFollower(message.term, null);
    }
    this.#stepCurrent(message);
  }

  /** The sender missed an election. One that campaigns or leads is told so; anything else has no effect. */
  #stepOlder(message: Message): void {
    const to = message.from;
    switch (message.type) {
      case "vote-request":
        this.#send({ type: "vote-reply", to, isPreVote: message.isPreVote, granted: false });
        return;
      case "append-request":
      case "heartbeat":
      case "snapshot-offer":
        this.#send({
          type: "append-reply",
          to,
          matchIndex: 0,
          rejected: { previousIndex: 0, hint: this.#log.last },
        });
        return;
      case "read-index-request":
        this.#send({ type: "read-index-reply", to, context: message.context, index: null });
        return;
      case "vote-reply":
        if (this.#options.plantedFault === "count-stale-votes") this.#takeVote(message);
        return;
      default:
        return;
    }
  }

  #stepCurrent(message: Message): void {
    switch (message.type) {
      case "vote-request":
        this.#answerVote(message);
        return;
      case "vote-reply":
        this.#takeVote(message);
        return;
      case "append-request":
        this.#follow(message.from);
        this.#takeEntries(message);
        return;
      case "heartbeat":
        this.#follow(message.from);
        this.#takeHeartbeat(message);
        return;
      case "snapshot-offer":
        this.#follow(message.from);
        this.#takeSnapshot(message);
        return;
      case "append-reply":
        this.#leadership?.appendReplied(message);
        this.#countCopies();
        return;
      case "heartbeat-reply":
        this.#leadership?.heartbeatReplied(message);
        return;
      case "timeout-now":
        if (this.#leadership === null && this.#mayCampaign) this.#startElection(false, true);
        return;
      case "read-index-request":
        this.#takeReadQuestion(message);
        return;
      case "read-index-reply":
        if (message.from !== this.#leaderId) return;
        this.#forwardedReads.settle((question) => question.context === message.context, message.index);
        return;
      default:
        unreachable(message, "a message of a known type");
    }
  }

  // Elections.

  #answerVote({ from, term, isPreVote, last }: VoteRequest): void {
    const isFree = this.#votedFor === null && this.#leaderId === null;
    const couldVote = isFree || this.#votedFor === from || (isPreVote && term > this.#term);
    const granted = couldVote && this.#log.isNoNewerThan(last);
    if (granted && !isPreVote) {
      if (this.#votedFor === null) this.#outbox.hardStateChanged();
      this.#votedFor = from;
      this.#quietTicks = 0;
    }
    // Would-be votes are for the term that is asked about; a refusal names the term that stands in the way.
    this.#send({ type: "vote-reply", to: from, isPreVote, granted, term: granted ? term : this.#term });
  }

  #takeVote(reply: VoteReply): void {
    const election = this.#election;
    if (election === null) return;
    if (!election.isMeant(reply) && this.#options.plantedFault !== "count-stale-votes") return;
    election.count(reply.from, reply.granted);
    this.#countVotes();
  }

  // A follower's log.

  /** There is a leader of this term. */
  #follow(leaderId: NodeId): void {
    assert(this.#leadership === null, `${leaderId} leads in term ${this.#term}, in which this node leads`);
    assert(
      this.#leaderId === null || this.#leaderId === leaderId,
      `${leaderId} leads in term ${this.#term}, in which ${this.#leaderId} leads`,
    );
    if (this.#role !== "follower") this.#becomeFollower(this.#term, leaderId);
    this.#hearFrom(leaderId);
    this.#quietTicks = 0;
  }

  #takeEntries({ from, previous, entries, commitIndex }: AppendRequest): void {
    if (previous.index < this.#commitIndex) {
      // An append of long ago: what it holds was committed since.
      this.#send({ type: "append-reply", to: from, matchIndex: this.#commitIndex, rejected: null });
      return;
    }
    const isUnchecked =
      this.#options.plantedFault === "skip-log-check" && previous.index <= this.#log.last.index;
    if (!this.#log.has(previous) && !isUnchecked) {
      const hint = this.#log.newestUpTo(previous.index, previous.term);
      const rejected = { previousIndex: previous.index, hint };
      this.#send({ type: "append-reply", to: from, matchIndex: 0, rejected });
      return;
    }
    const firstNew = entries.findIndex((entry) => !this.#log.has(entry));
    if (firstNew >= 0) {
      const news = entries.slice(firstNew);
      const { index } = present(news[0], "there is a first new entry");
      assert(index > this.#commitIndex, `entry ${index} is committed and is not replaced`);
      this.#log.append(news);
      this.#membership.appended(news);
    }
    const matchIndex = previous.index + entries.length;
    this.#send({ type: "append-reply", to: from, matchIndex, rejected: null });
    this.#commitTo(Math.min(commitIndex, matchIndex));
  }

  #takeHeartbeat({ from, commitIndex, round }: Heartbeat): void {
    this.#commitTo(commitIndex);
    this.#send({ type: "heartbeat-reply", to: from, round });
  }

  #takeSnapshot({ from, snapshot }: SnapshotOffer): void {
    // One that holds nothing new, or that this log already agrees with, costs nobody the entries behind it.
    if (snapshot.index > this.#commitIndex && !this.#log.has(snapshot)) {
      this.#log.restore(snapshot);
      this.#membership.restored({
        index: snapshot.configuration.index,
        configuration: { members: snapshot.configuration.members },
      });
      this.#outbox.install(snapshot);
    }
    this.#commitTo(snapshot.index);
    this.#send({ type: "append-reply", to: from, matchIndex: this.#commitIndex, rejected: null });
  }

  // Wishes.

  propose(proposal: Proposal): EntryId {
    this.#presentLeadership();
    if (proposal.kind === "configuration")
      throw new RaftRefused("invalid-change", "The membership changes by changeMembership.");
    return this.#append(proposal);
  }

  changeMembership(change: MembershipChange): EntryId {
    const leadership = this.#presentLeadership();
    const { id, plantedFault } = this.#options;
    if (plantedFault !== "two-voter-changes-at-once") {
      // A leader that does not know yet what is committed could start from a configuration that never was in force.
      if (!leadership.hasCommittedInTerm)
        throw new RaftRefused(
          "not-ready",
          "The leader has not committed an entry of its own yet. Try again.",
        );
      if (this.#membership.index > this.#commitIndex)
        throw new RaftRefused(
          "configuration-pending",
          "Another change of the membership is under way. Try again.",
        );
    }
    const configuration = changedConfiguration(this.#membership.configuration, change);
    if (change.kind === "promote" && !leadership.isCaughtUp(change.id))
      throw new RaftRefused("not-caught-up", `Node ${change.id} has not caught up with the log yet.`);
    const voters = votersOf(configuration);
    const isSameVoters = voters.join() === this.#membership.voters.join();
    if (!isSameVoters && !hasQuorum(voters, (voter) => leadership.isActive(voter)))
      throw new RaftRefused(
        "would-lose-quorum",
        `Of the voters that would remain, too few can be reached to decide anything: ${voters.join(", ") || "none"}.`,
      );
    const entry = this.#append({
      kind: "configuration",
      schemaVersion: 0,
      payload: encodeConfiguration(configuration),
    });
    if (change.kind === "remove" && change.id !== id) leadership.farewell(change.id);
    leadership.membershipChanged();
    return entry;
  }

  transferLeadership(to: NodeId): void {
    const leadership = this.#presentLeadership();
    if (to === this.#options.id) return;
    if (!this.#membership.isVoter(to))
      throw new RaftRefused("unknown-member", `Node ${to} is no voter, so it cannot lead.`);
    if (!leadership.isActive(to))
      throw new RaftRefused("not-caught-up", `Node ${to} cannot be reached, so it cannot take over.`);
    leadership.transfer(to);
  }

  /** Throws unless this node leads and may be asked for something. */
  #presentLeadership(): Leadership {
    if (this.#leadership === null) throw new RaftRefused("not-leader", "This node does not lead.");
    const to = this.#leadership.transferringTo;
    if (to !== null) throw new RaftRefused("transferring", `Leadership is being handed to node ${to}.`);
    return this.#leadership;
  }

  readIndex(context: number): void {
    const { id, electionTicks } = this.#options;
    if (this.#leadership !== null) this.#leadership.askRead(id, context);
    else if (this.#leaderId === null) this.#outbox.answerRead(context, null);
    else {
      this.#forwardedReads.add({ from: id, context, expiresAt: this.#now + electionTicks }, null);
      this.#send({ type: "read-index-request", to: this.#leaderId, context });
    }
  }

  #takeReadQuestion({ from, context }: ReadIndexRequest): void {
    if (this.#leadership !== null) this.#leadership.askRead(from, context);
    else this.#send({ type: "read-index-reply", to: from, context, index: null });
  }

  #answerRead({ from, context }: ReadQuestion, index: number | null): void {
    if (from === this.#options.id) this.#outbox.answerRead(context, index);
    else this.#send({ type: "read-index-reply", to: from, context, index });
  }

  campaign(): void {
    if (this.#leadership !== null || !this.#mayCampaign) return;
    // With leases, a node that vouched for a leader must not be the one that votes another in.
    if (this.#options.reads === "lease" && this.#isLoyal && this.#membership.voters.length > 1) return;
    this.#startElection(this.#options.plantedFault !== "drop-pre-vote", false);
  }

  get #mayCampaign(): boolean {
    return !this.#isResigned && this.#membership.mayCampaign(this.#options.id);
  }

  resign(): void {
    this.#isResigned = true;
    if (this.#leadership !== null) this.#giveUpLeadership();
    else if (this.#role !== "follower") this.#becomeFollower(this.#term, null);
  }

  resume(): void {
    this.#isResigned = false;
  }

  snapshotSent(to: NodeId, ok: boolean): void {
    this.#leadership?.peers.get(to)?.snapshotSent(ok);
  }

  unreachable(id: NodeId): void {
    this.#leadership?.peers.get(id)?.unreachable();
  }
}
