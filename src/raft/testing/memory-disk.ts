/** What a driver keeps durably for a member, in memory, for tests of the core: its log and its hard state. */
import { assert } from "#base/assert.ts";
import { decodeConfiguration } from "../configuration-codec.ts";
import type { Entry, EntryId } from "../entry.ts";
import type { SnapshotId } from "../message.ts";
import type { Effects, HardState, LogView, RaftOptions } from "../port.ts";

type Placed = RaftOptions["configurations"][number];

export class MemoryDisk implements LogView {
  start: EntryId = { index: 0, term: 0 };
  hardState: HardState = { term: 0, votedFor: null };
  #entries: Entry[] = [];
  /** What was in force where the log starts. */
  #base: Placed | null;

  constructor(base: Placed | null) {
    this.#base = base;
  }

  get last(): EntryId {
    const { index, term } = this.#entries.at(-1) ?? this.start;
    return { index, term };
  }

  termAt(index: number): number | null {
    if (index === this.start.index) return this.start.term;
    return this.#entries[index - this.start.index - 1]?.term ?? null;
  }

  entries(from: number, to: number, bytesMax: number): readonly Entry[] {
    const wanted = this.#entries.slice(from - this.start.index - 1, to - this.start.index);
    let bytes = 0;
    const tooMany = wanted.findIndex((entry, at) => {
      bytes += entry.payload.length;
      return at > 0 && bytes > bytesMax;
    });
    return tooMany < 0 ? wanted : wanted.slice(0, tooMany);
  }

  get all(): readonly Entry[] {
    return this.#entries;
  }

  get configurations(): readonly Placed[] {
    const inLog = this.#entries.filter((entry) => entry.kind === "configuration");
    const placed = inLog.map(({ index, payload }) => ({
      index,
      configuration: decodeConfiguration(payload),
    }));
    return this.#base === null ? placed : [this.#base, ...placed];
  }

  save({ snapshot, hardState, entries }: Pick<Effects, "snapshot" | "hardState" | "entries">): void {
    if (snapshot !== null) this.#install(snapshot);
    if (hardState !== null) this.hardState = hardState;
    this.put(entries);
  }

  put(entries: readonly Entry[]): void {
    const [first] = entries;
    if (first === undefined) return;
    assert(first.index > this.start.index && first.index <= this.last.index + 1, "entries fit on the log");
    this.#entries = [...this.#entries.slice(0, first.index - this.start.index - 1), ...entries];
  }

  /** Forgets entries up to `index`, for which the state stands from now on. */
  trimThrough(index: number): void {
    const term = this.termAt(index);
    assert(term !== null, "what is trimmed is in the log");
    this.#base = this.configurations.findLast((placed) => placed.index <= index) ?? null;
    this.#entries = this.#entries.slice(index - this.start.index);
    this.start = { index, term };
  }

  #install({ index, term, configuration }: SnapshotId): void {
    this.start = { index, term };
    this.#entries = [];
    this.#base = { index: configuration.index, configuration: { members: configuration.members } };
  }
}
