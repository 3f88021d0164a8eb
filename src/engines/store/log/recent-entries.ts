/** The last entries of the log, kept in memory within a limit, so that sending them to a peer reads no file. */
import { present } from "#base/assert.ts";
import type { Entry } from "#raft/entry.ts";

export class RecentEntries {
  readonly #bytesMax: number;
  #entries: (Entry | undefined)[] = [];
  /** Places before this one in the list are empty already; they are cut off now and then. */
  #begin = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The index of the oldest entry held; Infinity when there is none. */
  get firstIndex(): number {
    return this.#entries[this.#begin]?.index ?? Number.POSITIVE_INFINITY;
  }

  append(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += sizeOf(entry);
    while (this.#bytes > this.#bytesMax) this.#forgetOldest();
    if (this.#begin > 1024 && this.#begin * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#begin);
      this.#begin = 0;
    }
  }

  /** The entry at `index`, which must lie between the oldest and the newest. */
  at(index: number): Entry {
    return present(this.#entries[this.#begin + index - this.firstIndex], "the entry is held");
  }

  /** Forgets the entries after `index`. */
  truncateAfter(index: number): void {
    while (this.#entries.length > this.#begin) {
      const newest = present(this.#entries.at(-1), "the list is not empty");
      if (newest.index <= index) return;
      this.#entries.pop();
      this.#bytes -= sizeOf(newest);
    }
  }

  clear(): void {
    this.#entries = [];
    this.#begin = 0;
    this.#bytes = 0;
  }

  #forgetOldest(): void {
    const oldest = present(this.#entries[this.#begin], "what takes room is held");
    this.#bytes -= sizeOf(oldest);
    this.#entries[this.#begin++] = undefined;
  }
}

/** About what an entry takes in memory. */
function sizeOf(entry: Entry): number {
  return entry.payload.length + 128;
}
