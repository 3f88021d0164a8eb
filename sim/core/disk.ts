/**
 * A node's disk as the core's driver may find it: saves take time, and a crash in the middle of one leaves a beginning of
 * it. The hard state becomes durable before entries, a snapshot's state before the log that begins after it, as in
 * `DurableLog`.
 */
import { assert, present } from "#base/assert.ts";
import type { Entry, EntryId } from "#raft/entry.ts";
import type { HardState, LogView } from "#raft/port.ts";
import type { Chance } from "../chance.ts";
import type { Image } from "./machine.ts";

interface Change {
  readonly image: Image | null;
  readonly hardState: HardState | null;
  readonly entries: readonly Entry[];
}

/** The log and the hard state, as they stand on the disk or as the process believes that they do. */
class Content {
  start: EntryId = { index: 0, term: 0 };
  hardState: HardState = { term: 0, votedFor: null };
  entries: Entry[] = [];

  get last(): EntryId {
    const entry = this.entries.at(-1);
    return entry === undefined ? this.start : { index: entry.index, term: entry.term };
  }

  termAt(index: number): number | null {
    if (index === this.start.index) return this.start.term;
    return this.entries[index - this.start.index - 1]?.term ?? null;
  }

  put(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    assert(
      first.index > this.start.index && first.index <= this.last.index + 1,
      `entry ${first.index} fits on`,
    );
    this.entries.length = first.index - this.start.index - 1;
    for (const entry of entries) this.entries.push(entry);
  }

  trimThrough(index: number): void {
    const term = present(this.termAt(index), "what is trimmed is in the log");
    this.entries.splice(0, index - this.start.index);
    this.start = { index, term };
  }

  restartAfter(start: EntryId): void {
    this.start = { index: start.index, term: start.term };
    this.entries = [];
    if (this.hardState.term < start.term) this.hardState = { term: start.term, votedFor: null };
  }
}

export class SimDisk implements LogView {
  /** What the process reads. */
  readonly #seen = new Content();
  /** What a crash leaves at least. The same as `#seen`, unless the disk lies. */
  readonly #durable = new Content();
  readonly #chance: Chance;
  #saving: Change | null = null;
  /** Reported as durable by a disk that lies. */
  #unsynced: Change[] = [];
  /** Images of the state that a crash may fall back to, oldest first. The log begins after none of them. */
  images: Image[];
  /** Says that every sync is done at once, and does it later or never. A planted fault. */
  isLying = false;
  /** Something on it cannot be read any more. */
  isRotten = false;
  /** Where the last crash cut a save short; for the coverage. */
  wasTorn = false;

  constructor(chance: Chance, image: Image) {
    this.#chance = chance;
    this.images = [image];
  }

  get start(): EntryId {
    return this.#seen.start;
  }

  get last(): EntryId {
    return this.#seen.last;
  }

  get hardState(): HardState {
    return this.#seen.hardState;
  }

  termAt(index: number): number | null {
    return this.#seen.termAt(index);
  }

  entries(from: number, to: number, bytesMax: number): readonly Entry[] {
    const first = from - this.start.index - 1;
    assert(first >= 0 && to <= this.last.index, `entries ${from} to ${to} are held`);
    const found: Entry[] = [];
    let bytes = 0;
    for (let at = first; at <= first + to - from; at++) {
      const entry = present(this.#seen.entries[at], "an entry in the log");
      bytes += entry.payload.length;
      if (found.length > 0 && bytes > bytesMax) break;
      found.push(entry);
    }
    return found;
  }

  entryAt(index: number): Entry | null {
    return this.#seen.entries[index - this.start.index - 1] ?? null;
  }

  get held(): readonly Entry[] {
    return this.#seen.entries;
  }

  /** Whether a crash at this moment could not take the entry away. */
  holdsDurably({ index, term }: EntryId): boolean {
    return index <= this.#durable.start.index || this.#durable.termAt(index) === term;
  }

  /** The term at `index` in what the process wants the log to be: with what is being saved. */
  wantedTermAt(index: number): number | null {
    const first = this.#saving?.entries[0]?.index ?? Number.POSITIVE_INFINITY;
    if (index < first) return this.#seen.termAt(index);
    return this.#saving?.entries[index - first]?.term ?? null;
  }

  begin(change: Change): void {
    assert(this.#saving === null, "one save at a time");
    this.#saving = change;
  }

  /** The save that was begun is done, as far as the process is told. */
  complete(): void {
    const change = present(this.#saving, "a save was begun");
    this.#saving = null;
    apply(this.#seen, change);
    if (change.image !== null) this.images = [change.image];
    if (this.isLying && change.image === null) {
      this.#unsynced.push(change);
      if (this.#chance.happens(0.3)) this.#flush();
    } else {
      this.#flush();
      apply(this.#durable, change);
    }
  }

  /** Forgets entries up to `index`, for which every image of the state stands. */
  trimThrough(index: number): void {
    if (index <= this.start.index || this.#unsynced.length > 0) return;
    this.#seen.trimThrough(index);
    this.#durable.trimThrough(index);
  }

  /** What a crash leaves: a beginning of the save that was under way, and one of the images of the state. */
  crash(): void {
    const change = this.#saving;
    this.#saving = null;
    this.#unsynced = [];
    this.wasTorn = change !== null && this.#tear(change);
    this.#seen.start = this.#durable.start;
    this.#seen.hardState = this.#durable.hardState;
    this.#seen.entries = [...this.#durable.entries];
    this.images.length = 1 + this.#chance.draw(this.images.length);
  }

  /** The node died between taking a snapshot's state and its log: the log begins anew where the state stands. */
  settle(): void {
    const { id } = this.image;
    if (this.start.index >= id.index || this.termAt(id.index) === id.term) return;
    this.#seen.restartAfter(id);
    this.#durable.restartAfter(id);
  }

  get image(): Image {
    return present(this.images.at(-1), "a node has a state");
  }

  #tear({ image, hardState, entries }: Change): boolean {
    if (this.#chance.happens(0.25)) return false;
    if (image !== null) {
      this.images = [image];
      if (this.#chance.happens(0.5)) return true;
      this.#durable.restartAfter(image.id);
    }
    if (hardState !== null) {
      this.#durable.hardState = hardState;
      if (this.#chance.happens(0.25)) return true;
    }
    this.#durable.put(entries.slice(0, this.#chance.between(0, entries.length)));
    return true;
  }

  #flush(): void {
    for (const change of this.#unsynced) apply(this.#durable, change);
    this.#unsynced = [];
  }
}

function apply(content: Content, { image, hardState, entries }: Change): void {
  if (image !== null) content.restartAfter(image.id);
  if (hardState !== null) content.hardState = hardState;
  content.put(entries);
}
