/**
 * What the driver is to do: messages, answers and hard state that gather between two `takeEffects`, and the rule of what
 * may leave before what is durable.
 */
import { assert, present } from "#base/assert.ts";
import type { Entry } from "./entry.ts";
import type { Message, SnapshotId } from "./message.ts";
import type { Effects, HardState } from "./port.ts";

export class Outbox {
  #atOnce: Message[] = [];
  #afterSave: Message[] = [];
  #reads: { readonly context: number; readonly index: number | null }[] = [];
  #snapshot: SnapshotId | null = null;
  #isHardStateNew = false;
  /** What the effects taken last promise once they are durable; null when none are out. */
  #taken: { readonly commitIndex: number; readonly isHardStateNew: boolean } | null = null;
  #reportedCommit: number;

  constructor(commitIndex: number) {
    this.#reportedCommit = commitIndex;
  }

  isEmpty(commitIndex: number): boolean {
    return (
      !this.#isHardStateNew &&
      this.#atOnce.length === 0 &&
      this.#afterSave.length === 0 &&
      this.#reads.length === 0 &&
      commitIndex <= this.#reportedCommit
    );
  }

  /** Term or vote are not what is durable any more. */
  hardStateChanged(): void {
    this.#isHardStateNew = true;
  }

  /** What was to be said in the old term is not said any more, so that all that is said holds for the state then saved. */
  forgetMessages(): void {
    this.#atOnce = [];
    this.#afterSave = [];
  }

  /** `isPromise`: it speaks of what this node is about to make durable. */
  send(message: Message, isPromise: boolean): void {
    (isPromise ? this.#afterSave : this.#atOnce).push(message);
  }

  answerRead(context: number, index: number | null): void {
    this.#reads.push({ context, index });
  }

  install(snapshot: SnapshotId): void {
    this.#snapshot = snapshot;
  }

  /**
   * A leader that forgot in a crash that it had led in this term could write other entries into it; a follower that forgot
   * the term could follow an older leader. So nothing at all leaves before the term is durable.
   */
  get mayLeaveAtOnce(): boolean {
    return !this.#isHardStateNew && this.#taken?.isHardStateNew !== true;
  }

  takeAtOnce(): readonly Message[] {
    return this.mayLeaveAtOnce ? this.#atOnce.splice(0) : [];
  }

  assertIdle(): void {
    assert(this.#taken === null, "the effects before these are durable");
  }

  take({
    hardState,
    entries,
    commitIndex,
  }: {
    readonly hardState: HardState;
    readonly entries: readonly Entry[];
    readonly commitIndex: number;
  }): Effects {
    this.assertIdle();
    assert(commitIndex >= this.#reportedCommit, "the commit index never falls");
    const effects: Effects = {
      messagesAtOnce: this.takeAtOnce(),
      snapshot: this.#snapshot,
      hardState: this.#isHardStateNew ? hardState : null,
      entries,
      messages: [...this.#atOnce, ...this.#afterSave],
      commitIndex,
      reads: this.#reads,
    };
    this.#taken = { commitIndex, isHardStateNew: this.#isHardStateNew };
    this.#reportedCommit = commitIndex;
    this.#isHardStateNew = false;
    this.#snapshot = null;
    this.#reads = [];
    this.forgetMessages();
    return effects;
  }

  /** Gives the commit index that the effects promised, which holds from now on. */
  saved(): number {
    const { commitIndex } = present(this.#taken, "effects were taken");
    this.#taken = null;
    return commitIndex;
  }
}
