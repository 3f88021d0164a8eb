/**
 * What a node keeps on disk beside its database: the log of entries, in files filled with zeros ahead of time
 * ("segments"), so that a save is one write into room that is already there and one sync; and the hard state.
 *
 * Entries are only ever added to the newest segment. Where a leader's entries replace others, they begin a new segment,
 * which takes the place of everything older from its first entry on: the renaming of that file is the replacement, so
 * that a crash leaves either the old entries or the new ones. What a failed save may have left behind is wiped before
 * anything else is written.
 */
import { join } from "node:path";
import { assert, present } from "#base/assert.ts";
import { type Random, systemRandom } from "#base/random.ts";
import type { Entry, EntryId } from "#raft/entry.ts";
import type { HardState } from "#raft/port.ts";
import type { RaftDisk } from "./disk-port.ts";
import { diskFiles, type LogFile, type LogFiles } from "./files.ts";
import { encodeFrames, encodeSegmentHeader, segmentHeaderBytes, segmentVersion } from "./frame.ts";
import type { HardStateFile } from "./hard-state.ts";
import { type OpenedFolder, openFolder, spareName } from "./open-folder.ts";
import { RecentEntries } from "./recent-entries.ts";
import { segmentNameOf } from "./scan.ts";
import { Segment, SegmentReader } from "./segment-reader.ts";
import type { TermMap } from "./term-map.ts";

export interface DurableLogOptions {
  readonly folder: string;
  /** Names the store that this log belongs to (32 hexadecimal digits); a log of another store is refused. */
  readonly storeId: string;
  /** The last entry that the database holds, which the log must hold or begin after. */
  readonly startAfter: EntryId;
  /**
   * The snapshot that the database was made from, if it was. A log that does not reach it begins anew there: the node
   * died between installing the snapshot and `restartAfter`.
   */
  readonly installed?: EntryId | null;
  readonly segmentBytes: number;
  readonly entryBytesMax: number;
  /** Entries kept in memory for `entries`, by size. */
  readonly recentBytesMax?: number;
  readonly files?: LogFiles;
  readonly random?: Random;
  /** Told when the last write was found unfinished and was wiped. */
  readonly onTornTail?: (tail: { file: string; offset: number; bytes: number }) => void;
}

const recentBytesUsual = 16 << 20;
/** Entries that are kept at most when the log is to begin anew in front of them. */
export const keptEntriesMax = 10_000;

export class DurableLog implements RaftDisk {
  readonly #folder: string;
  readonly #storeId: string;
  readonly #segmentBytes: number;
  readonly #entryBytesMax: number;
  readonly #files: LogFiles;
  readonly #random: Random;
  readonly #hard: HardStateFile;
  readonly #terms: TermMap;
  readonly #recent: RecentEntries;
  readonly #reader: SegmentReader;
  #segments: Segment[];
  #active: LogFile;
  #spare: LogFile | null = null;
  #spareComing: Promise<void> | null = null;
  /** How far a failed save may have written beyond the end of the newest segment; null when nothing has to be wiped. */
  #unsettledBytes: number | null = null;
  /** A segment that may or may not have got its name; null when there is none. */
  #unsettledName: string | null = null;
  /** A hard state that may or may not be durable; null when there is none. */
  #unsettledState: HardState | null = null;
  /** What the log is to begin after, while it may not have; null when there is nothing of the kind. */
  #unsettledRestart: EntryId | null = null;
  /** Files that newer ones have replaced, or that were trimmed, and that could not be removed yet. */
  #leftovers: string[] = [];
  #saving = false;
  #closed = false;

  /**
   * Opens the log in `folder`, or begins one there after `startAfter` when the folder is empty and the database is too;
   * wipes a torn tail. Throws `DataFolderRefused` when something that was durable is damaged or missing.
   */
  static open(options: DurableLogOptions): Promise<DurableLog> {
    return DurableLog.#open(options, options.startAfter.index === 0);
  }

  /** Begins a log after `startAfter` in a folder that holds none: for a database that was put there whole. */
  static begin(options: DurableLogOptions): Promise<DurableLog> {
    return DurableLog.#open(options, true);
  }

  static async #open(options: DurableLogOptions, mayBegin: boolean): Promise<DurableLog> {
    const files = options.files ?? diskFiles;
    const opened = await openFolder({ ...options, files, mayBegin });
    const log = new DurableLog(options, files, opened);
    try {
      if (opened.beginAfter !== null) await log.restartAfter(opened.beginAfter);
      return log;
    } catch (error) {
      await log.#release();
      throw error;
    }
  }

  private constructor(
    options: DurableLogOptions,
    files: LogFiles,
    { hard, segments, active, terms }: OpenedFolder,
  ) {
    this.#folder = options.folder;
    this.#storeId = options.storeId;
    this.#segmentBytes = options.segmentBytes;
    this.#entryBytesMax = options.entryBytesMax;
    this.#files = files;
    this.#random = options.random ?? systemRandom;
    this.#hard = hard;
    this.#segments = segments;
    this.#active = active;
    this.#terms = terms;
    this.#recent = new RecentEntries(options.recentBytesMax ?? recentBytesUsual);
    this.#reader = new SegmentReader(files, options.folder);
  }

  get start(): EntryId {
    return this.#terms.start;
  }

  get last(): EntryId {
    return this.#terms.last;
  }

  get hardState(): HardState {
    return this.#hard.record.state;
  }

  get bytes(): number {
    const segments = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    return segments + (this.#spare?.size ?? 0) + this.#hard.bytes;
  }

  termAt(index: number): number | null {
    return this.#terms.termAt(index);
  }

  entries(from: number, to: number, bytesMax: number): readonly Entry[] {
    assert(from > this.start.index && from <= to && to <= this.last.index, "the entries are in the log");
    if (from < this.#recent.firstIndex) return this.#reader.read(this.#segments, from, to, bytesMax);
    const entries: Entry[] = [];
    let bytes = 0;
    for (let index = from; index <= to; index++) {
      const entry = this.#recent.at(index);
      bytes += entry.payload.length;
      if (entries.length > 0 && bytes > bytesMax) break;
      entries.push(entry);
    }
    return entries;
  }

  async save(change: {
    readonly hardState: HardState | null;
    readonly entries: readonly Entry[];
  }): Promise<void> {
    this.#requireReady();
    this.#saving = true;
    try {
      // The hard state first: an entry is never durable under a term that is not.
      if (change.hardState !== null) await this.#saveHardState(change.hardState, this.last);
      if (change.entries.length > 0) await this.#saveEntries(change.entries);
    } finally {
      this.#saving = false;
    }
  }

  async mend(): Promise<void> {
    if (this.#unsettledState !== null)
      await this.#saveHardState(this.#unsettledState, this.#hard.record.durable);
    if (this.#unsettledName !== null) {
      this.#files.remove(join(this.#folder, this.#unsettledName));
      this.#files.syncFolder(this.#folder);
      this.#unsettledName = null;
    }
    await this.#wipeUnsettled();
    // With a spare at hand the next saves need no more room than there is.
    await this.#spareComing;
    if (this.#spare === null) await this.#makeSpare(this.#segmentBytes);
    // The state stands elsewhere already, so that there is no way but forward.
    if (this.#unsettledRestart !== null) await this.#restart(this.#unsettledRestart);
  }

  *entriesAfter(index: number): Generator<Entry> {
    for (const segment of [...this.#segments]) {
      if (segment.lastIndex > index) yield* this.#reader.all(segment, index);
    }
  }

  trimThrough(index: number): void {
    const kept = this.#segments.findIndex((_segment, place) => {
      const next = this.#segments[place + 1];
      return next === undefined || next.firstIndex > index + 1;
    });
    if (kept <= 0 || (this.#leftovers.length > 0 && !this.#removeLeftovers())) return;
    const trimmed = this.#segments.slice(0, kept);
    this.#segments = this.#segments.slice(kept);
    const first = present(this.#segments[0], "a log keeps its newest segment");
    this.#terms.trimThrough({ index: first.firstIndex - 1, term: first.previousTerm });
    this.#leave(trimmed);
  }

  async restartAfter(start: EntryId): Promise<void> {
    this.#requireReady();
    this.#saving = true;
    this.#unsettledRestart = start;
    try {
      await this.#restart(start);
    } finally {
      this.#saving = false;
    }
  }

  /**
   * Begins anew right behind `through`, with the entries that come after it: what came before is in no file any more. The
   * renaming of the new file does it, so that a crash leaves either all or what is still wanted.
   */
  async forgetThrough(through: EntryId): Promise<void> {
    this.#requireReady();
    assert(this.termAt(through.index) === through.term, "the log holds what it is to begin behind");
    this.#saving = true;
    try {
      const kept = [...this.entriesAfter(through.index)];
      assert(kept.length <= keptEntriesMax, "few entries are kept");
      const replaced = [...this.#segments];
      await this.#startSegment(through, kept, true);
      this.#segments = this.#segments.slice(-1);
      this.#terms.restart(through);
      this.#recent.clear();
      for (const entry of kept) {
        this.#terms.append(entry);
        this.#recent.append(entry);
      }
      this.#leave(replaced);
    } finally {
      this.#saving = false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { state, durable } = this.#hard.record;
    if (this.#isSettled && durable.index !== this.last.index) {
      // Only a help for the next start, which may do without.
      await this.#hard.write({ state, durable: this.last }).catch(() => undefined);
    }
    await this.#release();
  }

  async #release(): Promise<void> {
    await this.#spareComing;
    await this.#hard.settled();
    this.#dropSpare();
    this.#hard.close();
    this.#active.close();
  }

  get #isSettled(): boolean {
    return (
      this.#unsettledBytes === null &&
      this.#unsettledName === null &&
      this.#unsettledState === null &&
      this.#unsettledRestart === null
    );
  }

  #requireReady(): void {
    assert(!this.#closed, "the log is open");
    assert(!this.#saving, "one save at a time");
    assert(this.#isSettled, "a failed save is mended before the next one");
  }

  async #restart(start: EntryId): Promise<void> {
    await this.#expectNoMoreThan({ index: 0, term: 0 });
    // The term of what the log begins after is one that this node has reached.
    if (this.hardState.term < start.term) {
      await this.#saveHardState({ term: start.term, votedFor: null }, this.#hard.record.durable);
    }
    const replaced = [...this.#segments];
    await this.#startSegment(start, [], true);
    this.#unsettledRestart = null;
    this.#segments = this.#segments.slice(-1);
    this.#terms.restart(start);
    this.#recent.clear();
    this.#leave(replaced);
  }

  async #saveHardState(state: HardState, durable: EntryId): Promise<void> {
    this.#unsettledState = state;
    await this.#hard.write({ state, durable });
    this.#unsettledState = null;
  }

  async #saveEntries(entries: readonly Entry[]): Promise<void> {
    const previous = this.#requireFitting(entries);
    if (previous.index < this.last.index) await this.#replaceAfter(previous, entries);
    else await this.#append(entries);
    for (const entry of entries) {
      this.#terms.append(entry);
      this.#recent.append(entry);
    }
  }

  /** Gives the entry that they stand right behind. */
  #requireFitting(entries: readonly Entry[]): EntryId {
    const first = present(entries[0], "there are entries to save");
    const term = this.termAt(first.index - 1);
    assert(term !== null, "entries continue the log or replace a part of it");
    let previous: EntryId = { index: first.index - 1, term };
    const before = previous;
    for (const entry of entries) {
      assert(entry.index === previous.index + 1 && entry.term >= previous.term, "entries follow each other");
      assert(entry.payload.length <= this.#entryBytesMax, "an entry is within its limit");
      previous = entry;
    }
    assert(previous.term <= this.hardState.term, "no entry is of a later term than the node's own");
    return before;
  }

  async #append(entries: readonly Entry[]): Promise<void> {
    const segment = present(this.#segments.at(-1), "an open log has a segment");
    const frames = encodeFrames(entries, segment);
    if (segment.version !== segmentVersion || segment.end + frames.length > this.#active.size) {
      await this.#startSegment(this.last, entries, false);
    } else {
      this.#unsettledBytes = frames.length;
      await this.#active.writeDurably(frames, segment.end);
      this.#unsettledBytes = null;
      segment.grow(entries);
    }
    if (present(this.#segments.at(-1), "an open log has a segment").end > this.#active.size / 2) {
      this.#prepareSpare();
    }
  }

  /** Puts `entries` right behind `previous`, in place of all that is there. */
  async #replaceAfter(previous: EntryId, entries: readonly Entry[]): Promise<void> {
    await this.#expectNoMoreThan(previous);
    await this.#startSegment(previous, entries, false);
    this.#terms.truncateAfter(previous.index);
    this.#recent.truncateAfter(previous.index);
    const replaced = this.#segments.slice(0, -1).filter((segment) => segment.firstIndex > previous.index);
    this.#segments = this.#segments.filter((segment) => !replaced.includes(segment));
    this.#segments.at(-2)?.cutAfter(previous.index);
    this.#leave(replaced);
  }

  /** Before entries go: the hard state's file must not take them for lost. */
  async #expectNoMoreThan(entry: EntryId): Promise<void> {
    const { state, durable } = this.#hard.record;
    if (durable.index > entry.index) await this.#saveHardState(state, entry);
  }

  /** Begins the newest segment with `entries`, right behind `previous`; with `isRestart`, nothing older counts any more. */
  async #startSegment(previous: EntryId, entries: readonly Entry[], isRestart: boolean): Promise<void> {
    const key = { version: segmentVersion, salt: Buffer.from(this.#random.bytes(4)).readUInt32LE(0) };
    const frames = encodeFrames(entries, key);
    const file = await this.#takeSpare(segmentHeaderBytes + frames.length);
    const sequence = 1 + (this.#segments.at(-1)?.sequence ?? 0);
    const firstIndex = previous.index + 1;
    const name = segmentNameOf(firstIndex, sequence);
    const header = {
      storeId: this.#storeId,
      firstIndex,
      previousTerm: previous.term,
      ...key,
      sequence,
      isRestart,
    };
    try {
      file.write(Buffer.concat([encodeSegmentHeader(header), frames]), 0);
      await file.sync();
      this.#unsettledName = name;
      this.#files.rename(join(this.#folder, spareName), join(this.#folder, name));
      this.#files.syncFolder(this.#folder);
    } catch (error) {
      this.#dropSpare();
      throw error;
    }
    this.#unsettledName = null;
    this.#spare = null;
    this.#active.close();
    this.#active = file;
    const segment = new Segment({ ...header, name, bytes: file.size });
    segment.grow(entries);
    this.#segments.push(segment);
  }

  async #wipeUnsettled(): Promise<void> {
    if (this.#unsettledBytes === null) return;
    const { end } = present(this.#segments.at(-1), "an open log has a segment");
    this.#active.write(new Uint8Array(Math.min(this.#unsettledBytes, this.#active.size - end)), end);
    await this.#active.sync();
    this.#unsettledBytes = null;
  }

  /** Removes files that the log does without, now or, where that fails, before the next trimming. */
  #leave(segments: readonly Segment[]): void {
    this.#leftovers.push(...segments.map(({ name }) => name));
    this.#removeLeftovers();
  }

  /**
   * False when some are still there. Oldest first and one after the other, so that a crash in between leaves no gap; the
   * newer file must not go before the one that it replaced.
   */
  #removeLeftovers(): boolean {
    try {
      for (let name = this.#leftovers[0]; name !== undefined; name = this.#leftovers[0]) {
        this.#files.remove(join(this.#folder, name));
        this.#files.syncFolder(this.#folder);
        this.#leftovers.shift();
      }
    } catch {
      return false;
    }
    return true;
  }

  /** A file of at least `bytesNeeded`, the one that was set aside or a new one; it stays the spare until it is named. */
  async #takeSpare(bytesNeeded: number): Promise<LogFile> {
    await this.#spareComing;
    if (this.#spare !== null && this.#spare.size < bytesNeeded) this.#dropSpare();
    if (this.#spare === null) await this.#makeSpare(Math.max(this.#segmentBytes, bytesNeeded));
    return present(this.#spare, "a spare was just made");
  }

  /** Sets the next file aside in the background; should that fail, the save that needs it tries again and says why. */
  #prepareSpare(): void {
    if (this.#spare !== null || this.#spareComing !== null || this.#closed) return;
    const settled = () => {
      this.#spareComing = null;
    };
    this.#spareComing = this.#makeSpare(this.#segmentBytes).then(settled, settled);
  }

  async #makeSpare(bytes: number): Promise<void> {
    const path = join(this.#folder, spareName);
    const file = this.#files.create(path);
    try {
      await file.allocate(bytes);
    } catch (error) {
      file.close();
      this.#files.remove(path);
      throw error;
    }
    this.#spare = file;
  }

  #dropSpare(): void {
    this.#spare?.close();
    this.#files.remove(join(this.#folder, spareName));
    this.#spare = null;
  }
}
