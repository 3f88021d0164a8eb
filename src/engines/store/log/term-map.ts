/** Which term each entry of the log is of, kept as the first entry of every term: a few numbers for millions of entries. */
import { present } from "#base/assert.ts";
import type { EntryId } from "#raft/entry.ts";

export class TermMap {
  /** What the log begins after, then the first entry of each later term. Ascending in both. */
  #firsts: EntryId[];
  #last: EntryId;

  constructor(start: EntryId) {
    this.#firsts = [start];
    this.#last = start;
  }

  get start(): EntryId {
    return present(this.#firsts[0], "a log begins somewhere");
  }

  get last(): EntryId {
    return this.#last;
  }

  /** Forgets everything: the log now begins after `start`. */
  restart(start: EntryId): void {
    this.#firsts = [start];
    this.#last = start;
  }

  append(entry: EntryId): void {
    if (entry.term !== this.#last.term) this.#firsts.push({ index: entry.index, term: entry.term });
    this.#last = { index: entry.index, term: entry.term };
  }

  /** The term of the entry at `index`, from the start to the last one; null elsewhere. */
  termAt(index: number): number | null {
    if (index > this.#last.index || index < this.start.index) return null;
    // The newest terms are asked for most.
    for (let place = this.#firsts.length - 1; place >= 0; place--) {
      const first = present(this.#firsts[place], "the place is in the list");
      if (first.index <= index) return first.term;
    }
    return null;
  }

  /** Forgets the entries after `index`. */
  truncateAfter(index: number): void {
    const term = present(this.termAt(index), "the log is cut at an entry that it holds");
    this.#firsts = this.#firsts.filter((first, place) => place === 0 || first.index <= index);
    this.#last = { index, term };
  }

  /** Forgets the entries up to `start`, which takes their place. */
  trimThrough(start: EntryId): void {
    this.#firsts = [start, ...this.#firsts.filter(({ index }) => index > start.index)];
  }
}
