/**
 * Once an assertion of the core has failed, what it believes may be wrong, and nothing that it would say may be said. Whoever
 * called may have swallowed the error (a handler of some request, say), so every later call fails with the same one, until
 * the driver hears of it and stops the process.
 */
import type { NodeId } from "./configuration.ts";
import type { EntryId, Proposal } from "./entry.ts";
import type { Message } from "./message.ts";
import { type Effects, type MembershipChange, type Raft, RaftRefused, type RaftStatus } from "./port.ts";

export class Guard implements Raft {
  readonly #raft: Raft;
  #bug: { readonly error: unknown } | null = null;

  constructor(raft: Raft) {
    this.#raft = raft;
  }

  #run<T>(call: () => T): T {
    if (this.#bug !== null) throw this.#bug.error;
    try {
      return call();
    } catch (error) {
      // A wish that is not taken has changed nothing.
      if (!(error instanceof RaftRefused)) this.#bug = { error };
      throw error;
    }
  }

  /** Also after a bug, for whoever writes the report. */
  get status(): RaftStatus {
    return this.#raft.status;
  }

  get hasEffects(): boolean {
    return this.#run(() => this.#raft.hasEffects);
  }

  takeEffects(): Effects {
    return this.#run(() => this.#raft.takeEffects());
  }

  saved(): void {
    this.#run(() => this.#raft.saved());
  }

  takeMessagesAtOnce(): readonly Message[] {
    return this.#run(() => this.#raft.takeMessagesAtOnce());
  }

  tick(): void {
    this.#run(() => this.#raft.tick());
  }

  step(message: Message): void {
    this.#run(() => this.#raft.step(message));
  }

  propose(proposal: Proposal): EntryId {
    return this.#run(() => this.#raft.propose(proposal));
  }

  changeMembership(change: MembershipChange): EntryId {
    return this.#run(() => this.#raft.changeMembership(change));
  }

  transferLeadership(to: NodeId): void {
    this.#run(() => this.#raft.transferLeadership(to));
  }

  readIndex(context: number): void {
    this.#run(() => this.#raft.readIndex(context));
  }

  campaign(): void {
    this.#run(() => this.#raft.campaign());
  }

  /** The last thing that a driver may ask of a core that is broken: to say nothing more. */
  resign(): void {
    if (this.#bug === null) this.#run(() => this.#raft.resign());
  }

  resume(): void {
    this.#run(() => this.#raft.resume());
  }

  snapshotSent(to: NodeId, ok: boolean): void {
    this.#run(() => this.#raft.snapshotSent(to, ok));
  }

  unreachable(id: NodeId): void {
    this.#run(() => this.#raft.unreachable(id));
  }
}
