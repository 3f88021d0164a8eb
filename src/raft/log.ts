/**
 * The log as the core sees it: what the driver's log holds durably, and over it the tail that is not saved yet. The
 * tail hides whatever the durable log still holds at the same places.
 */
import { assert, present } from "#base/assert.ts";
import type { Entry, EntryId } from "./entry.ts";
import type { LogView } from "./port.ts";

export class RaftLog {
  readonly #view: LogView;
  /** Not durable yet; consecutive. */
  #tail: Entry[] = [];
  /** A snapshot that is to replace everything durable, not installed yet. */
  #snapshot: EntryId | null = null;
  /** What the driver is making durable now: the last entry of it that still stands, and its snapshot. */
  #saving: { throughIndex: number; snapshot: EntryId | null } | null = null;

  constructor(view: LogView) {
    this.#view = view;
  }

  /** Before the first entry that can be read. */
  get start(): EntryId {
    return this.#snapshot ?? this.#view.start;
  }

  get last(): EntryId {
    const entry = this.#tail.at(-1);
    if (entry !== undefined) return { index: entry.index, term: entry.term };
    return this.#snapshot ?? this.#view.last;
  }

  /** Everything up to here survives a crash, unless a newer leader's entries replace it. */
  get durableIndex(): number {
    const first = this.#tail[0];
    if (first !== undefined) return first.index - 1;
    return this.last.index;
  }

  get hasUnsaved(): boolean {
    return this.#tail.length > 0 || this.#snapshot !== null;
  }

  termAt(index: number): number | null {
    const first = this.#tail[0];
    if (first !== undefined && index >= first.index) return this.#tail[index - first.index]?.term ?? null;
    if (this.#snapshot !== null) return index === this.#snapshot.index ? this.#snapshot.term : null;
    return this.#view.termAt(index);
  }

  /** Whether this log holds the entry: then, by log matching, it agrees with its writer in all that comes before. */
  has(id: EntryId): boolean {
    return this.termAt(id.index) === id.term;
  }

  /** Whether a log that ends with `other` is at least as new as this one (Raft paper, §5.4.1). */
  isNoNewerThan(other: EntryId): boolean {
    const { index, term } = this.last;
    return other.term > term || (other.term === term && other.index >= index);
  }

  /**
   * The newest entry up to `index` whose term is no newer than `term`: where a log that ends so may agree with this one.
   * Whole terms are skipped instead of trying entry after entry. Where this log has been cut off, its start.
   */
  newestUpTo(index: number, term: number): EntryId {
    let at = Math.min(index, this.last.index);
    for (; at > this.start.index; at--) {
      const found = present(this.termAt(at), `entry ${at} has a term`);
      if (found <= term) return { index: at, term: found };
    }
    return at === this.start.index ? this.start : { index: at, term: this.termAt(at) ?? 0 };
  }

  /** As `LogView.entries`, with the tail. */
  entries(from: number, to: number, bytesMax: number): readonly Entry[] {
    assert(from > this.start.index && to <= this.last.index, `entries ${from} to ${to} are held`);
    const tailFirst = this.#tail[0]?.index ?? Number.POSITIVE_INFINITY;
    const durableTo = Math.min(to, tailFirst - 1);
    const found: Entry[] = from <= durableTo ? [...this.#view.entries(from, durableTo, bytesMax)] : [];
    if (from <= durableTo) {
      assert(found[0]?.index === from, `the durable log gives entry ${from} first`);
      if (found.length < durableTo - from + 1) return found;
    }
    let bytes = found.reduce((sum, entry) => sum + entry.payload.length, 0);
    for (let index = from + found.length; index <= to; index++) {
      const entry = present(this.#tail[index - tailFirst], `entry ${index} is in the tail`);
      bytes += entry.payload.length;
      if (found.length > 0 && bytes > bytesMax) break;
      found.push(entry);
    }
    return found;
  }

  /** Puts `entries` behind what stands before the first of them; what stood from there on is gone. */
  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    const { index: lastIndex } = this.last;
    assert(first.index > this.start.index && first.index <= lastIndex + 1, `entry ${first.index} fits on`);
    let term = present(this.termAt(first.index - 1), `entry ${first.index - 1} is held`);
    for (const [at, entry] of entries.entries()) {
      assert(entry.index === first.index + at, `entry ${entry.index} is the next one`);
      assert(entry.term >= term, `the term at ${entry.index} does not fall`);
      term = entry.term;
    }
    const tailFirst = this.#tail[0]?.index ?? lastIndex + 1;
    if (first.index <= tailFirst) this.#tail = [...entries];
    else {
      this.#tail.length = first.index - tailFirst;
      this.#tail.push(...entries);
    }
    if (this.#saving !== null)
      this.#saving.throughIndex = Math.min(this.#saving.throughIndex, first.index - 1);
  }

  /** A snapshot takes the place of everything. */
  restore(snapshot: EntryId): void {
    this.#snapshot = { index: snapshot.index, term: snapshot.term };
    this.#tail = [];
    if (this.#saving !== null) this.#saving.throughIndex = 0;
  }

  /** What is to be made durable now. Until `saved`, later entries gather behind it. */
  takeUnsaved(): readonly Entry[] {
    assert(this.#saving === null, "one save at a time");
    this.#saving = { throughIndex: this.last.index, snapshot: this.#snapshot };
    return this.#tail.slice();
  }

  /** What was taken is durable: it is read from the driver's log from now on, save what was replaced meanwhile. */
  saved(): void {
    const saving = present(this.#saving, "a save was under way");
    this.#saving = null;
    if (saving.snapshot !== null && saving.snapshot === this.#snapshot) {
      const { index, term } = this.#view.start;
      assert(
        index === saving.snapshot.index && term === saving.snapshot.term,
        `the durable log starts after the snapshot ${saving.snapshot.index}`,
      );
      this.#snapshot = null;
    }
    const first = this.#tail[0];
    if (first === undefined || saving.throughIndex < first.index) return;
    const count = saving.throughIndex - first.index + 1;
    const lastSaved = present(this.#tail[count - 1], "what was saved is in the tail");
    assert(
      this.#view.last.index >= lastSaved.index && this.#view.termAt(lastSaved.index) === lastSaved.term,
      `the durable log holds entry ${lastSaved.index} of term ${lastSaved.term}`,
    );
    this.#tail.splice(0, count);
  }
}
