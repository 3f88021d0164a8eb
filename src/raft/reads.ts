/**
 * Questions "what must a strong read wait for?" that wait for their answer (ReadIndex, Raft thesis §6.4): on a leader for
 * a quorum to confirm that it led after the question was put, on a follower for the leader's word.
 */
import type { NodeId } from "./configuration.ts";

export interface ReadQuestion {
  /** Who is to be answered. */
  readonly from: NodeId;
  readonly context: number;
  /** The tick at which it is told that it cannot be told. */
  readonly expiresAt: number;
}

interface Confirmation {
  /** The answer, once it is confirmed. */
  readonly index: number;
  /** The round of heartbeats that confirms it. */
  readonly round: number;
}

interface PendingRead {
  readonly question: ReadQuestion;
  /** Null while nothing has been asked for it yet. */
  readonly confirmation: Confirmation | null;
}

export type AnswerRead = (question: ReadQuestion, index: number | null) => void;

export class PendingReads {
  #pending: PendingRead[] = [];
  readonly #answer: AnswerRead;

  constructor(answer: AnswerRead) {
    this.#answer = answer;
  }

  add(question: ReadQuestion, confirmation: Confirmation | null): void {
    this.#pending.push({ question, confirmation });
  }

  /** Takes out the questions that nothing has been asked for yet. */
  takeUnasked(): readonly ReadQuestion[] {
    return this.#take(({ confirmation }) => confirmation === null).map(({ question }) => question);
  }

  /** A quorum has answered up to `round`: whoever asked before that round was sent has an answer. */
  confirm(round: number): void {
    for (const { question, confirmation } of this.#take(
      (read) => (read.confirmation?.round ?? Infinity) <= round,
    ))
      this.#answer(question, confirmation?.index ?? null);
  }

  /** Answers what `isMeant` picks; `index` null says that it could not be told. */
  settle(isMeant: (question: ReadQuestion) => boolean, index: number | null): void {
    for (const { question } of this.#take((read) => isMeant(read.question))) this.#answer(question, index);
  }

  #take(isTaken: (read: PendingRead) => boolean): readonly PendingRead[] {
    if (this.#pending.length === 0) return [];
    const taken: PendingRead[] = [];
    const left: PendingRead[] = [];
    for (const read of this.#pending) (isTaken(read) ? taken : left).push(read);
    this.#pending = left;
    return taken;
  }
}
