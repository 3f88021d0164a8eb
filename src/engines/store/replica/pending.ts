/** What callers wait for at the driver: proposals until they are committed, questions "do I still lead?" until a quorum has answered. */
import type { EntryId } from "#raft/entry.ts";
import type { LogView } from "#raft/port.ts";
import { NotLeader, OutcomeUnknown } from "../../errors.ts";

interface PendingProposal {
  readonly id: EntryId;
  readonly resolve: (id: EntryId) => void;
  readonly reject: (error: unknown) => void;
}

/** Proposals of the term in which this node leads, in the order of the log. */
export class PendingProposals {
  #waiting: PendingProposal[] = [];

  get count(): number {
    return this.#waiting.length;
  }

  add(id: EntryId): Promise<EntryId> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
    });
  }

  /** Answers those that `commitIndex` covers: committed when the log still holds them under their term, lost for good when it does not. */
  settle(commitIndex: number, log: LogView): void {
    while (this.#waiting.length > 0) {
      const first = this.#waiting[0] as PendingProposal;
      if (first.id.index > commitIndex) return;
      this.#waiting.shift();
      const term = log.termAt(first.id.index);
      if (term === first.id.term) first.resolve(first.id);
      else if (term === null) first.reject(lostOnTheWay());
      else first.reject(new NotLeader(null));
    }
  }

  /** Answers those of another term than `term`, which is null where this node does not lead. */
  abandonOthers(term: number | null): void {
    const lost = this.#waiting.filter(({ id }) => id.term !== term);
    if (lost.length === 0) return;
    this.#waiting = this.#waiting.filter(({ id }) => id.term === term);
    for (const { reject } of lost) reject(lostOnTheWay());
  }

  /** Leadership is lost: whatever is not committed yet may or may not come to be. */
  abandon(cause?: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(lostOnTheWay(cause));
  }
}

function lostOnTheWay(cause?: unknown): OutcomeUnknown {
  return new OutcomeUnknown(
    "this node ceased to lead while the command was on its way to the others; the same request again settles what became of it",
    { cause, retryAfterMs: 100 },
  );
}

interface Round {
  readonly context: number;
  readonly answered: Promise<number | null>;
  readonly answer: (index: number | null) => void;
  ticksLeft: number;
}

/**
 * Asks the core for a confirmed index; one question at a time, on behalf of all who wait. Whoever comes while one is on
 * its way gets the next one's answer, for that one may have been confirmed before.
 */
export class ReadRounds {
  readonly #ask: (context: number) => void;
  readonly #ticksMax: number;
  #contexts = 0;
  #underway: Round | null = null;
  #next: Round | null = null;

  constructor(ask: (context: number) => void, ticksMax: number) {
    this.#ask = ask;
    this.#ticksMax = ticksMax;
  }

  /** The index that a read has to wait for, or null when nobody could confirm one. */
  confirm(): Promise<number | null> {
    this.#next ??= this.#newRound();
    const { answered } = this.#next;
    this.#begin();
    return answered;
  }

  settle(reads: readonly { readonly context: number; readonly index: number | null }[]): void {
    for (const { context, index } of reads) {
      if (this.#underway?.context === context) this.#end(index);
    }
  }

  /** A question or its answer may have been lost, so that nobody waits for ever. */
  tick(): void {
    if (this.#underway !== null && --this.#underway.ticksLeft <= 0) this.#end(null);
  }

  abandon(): void {
    this.#next?.answer(null);
    this.#next = null;
    this.#underway?.answer(null);
    this.#underway = null;
  }

  #newRound(): Round {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    return {
      context: ++this.#contexts,
      answered: promise,
      answer: resolve,
      ticksLeft: this.#ticksMax,
    };
  }

  #begin(): void {
    if (this.#underway !== null || this.#next === null) return;
    this.#underway = this.#next;
    this.#next = null;
    this.#ask(this.#underway.context);
  }

  #end(index: number | null): void {
    this.#underway?.answer(index);
    this.#underway = null;
    this.#begin();
  }
}
