/**
 * The durable log of a single node: files of frames ("segments"), filled with zeros ahead of time so that an
 * append is one write into room that is already there and one sync. What a failed append may have left behind
 * is wiped before anything else is written.
 */
import { join } from "node:path";
import { assert, present } from "#base/assert.ts";
import { type Random, systemRandom } from "#base/random.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { diskFiles, type LogFile, type LogFiles } from "./files.ts";
import { decodeFrame, encodeFrames, encodeSegmentHeader, frameBytes, segmentHeaderBytes } from "./frame.ts";
import type { CommitLog, EntryId, LogEntry, Proposal } from "./port.ts";
import { type ScannedSegment, scanLog, segmentNameOf } from "./scan.ts";

export interface LocalLogOptions {
  readonly folder: string;
  /** Names the store that this log belongs to (32 hexadecimal digits); a log of another store is refused. */
  readonly storeId: string;
  /**
   * The last entry that the database holds: what the log continues when the folder is empty (a fresh store, or one
   * restored from a snapshot), and what it must hold itself otherwise.
   */
  readonly startAfter: EntryId;
  readonly segmentBytes: number;
  readonly entryBytesMax: number;
  readonly files?: LogFiles;
  readonly random?: Random;
  /** Told when the last write was found unfinished and was wiped. */
  readonly onTornTail?: (tail: { file: string; offset: number; bytes: number }) => void;
}

interface Segment {
  readonly name: string;
  readonly firstIndex: number;
  readonly salt: number;
  readonly bytes: number;
}

const spareName = "spare.tmp";

export class LocalLog implements CommitLog {
  readonly #folder: string;
  readonly #storeId: string;
  readonly #segmentBytes: number;
  readonly #entryBytesMax: number;
  readonly #files: LogFiles;
  readonly #random: Random;
  #segments: Segment[];
  #active: LogFile;
  #end: number;
  #last: EntryId;
  #spare: LogFile | null = null;
  #spareComing: Promise<void> | null = null;
  /** How far a failed append may have written beyond `#end`; null when nothing has to be wiped. */
  #unsettledBytes: number | null = null;
  #closed = false;

  /** Opens the log in `folder`, or begins one there; wipes a torn tail; refuses a damaged middle. */
  static async open(options: LocalLogOptions): Promise<LocalLog> {
    const files = options.files ?? diskFiles;
    files.makeFolder(options.folder);
    files.remove(join(options.folder, spareName));
    const scanned = scanLog(files, options.folder).segments;
    const stranger = scanned.find((segment) => segment.storeId !== options.storeId);
    if (stranger !== undefined) {
      throw new DataFolderRefused(
        `The log in ${options.folder} belongs to another store than the database beside it: put back the log that was made with it, or restore a backup.`,
      );
    }
    if (scanned.length === 0) {
      const log = new LocalLog(options, files, [], null);
      await log.#startSegment(options.segmentBytes);
      return log;
    }
    const newest = present(scanned.at(-1), "the log has a segment");
    if (newest.tornBytes > 0 && newest.last.index < options.startAfter.index) {
      // Only what the log had durably ever reached the database, so this write was whole and was answered.
      const file = join(options.folder, newest.name);
      throw new DataFolderRefused(
        `The log file ${file} is damaged at byte ${newest.end}: entry ${newest.last.index + 1} cannot be read, though the database has it. Nothing was changed. Keep a copy of the data folder, check the disk, and restore the latest backup with \`lyceum restore\`.`,
      );
    }
    const log = new LocalLog(options, files, scanned, newest);
    if (newest.tornBytes > 0) {
      log.#unsettledBytes = newest.tornBytes;
      await log.#wipeUnsettled();
      options.onTornTail?.({
        file: join(options.folder, newest.name),
        offset: newest.end,
        bytes: newest.tornBytes,
      });
    }
    return log;
  }

  private constructor(
    options: LocalLogOptions,
    files: LogFiles,
    segments: readonly ScannedSegment[],
    newest: ScannedSegment | null,
  ) {
    this.#folder = options.folder;
    this.#storeId = options.storeId;
    this.#segmentBytes = options.segmentBytes;
    this.#entryBytesMax = options.entryBytesMax;
    this.#files = files;
    this.#random = options.random ?? systemRandom;
    this.#segments = segments.map(({ name, firstIndex, salt, bytes }) => ({ name, firstIndex, salt, bytes }));
    this.#active = newest === null ? noFile : files.open(join(options.folder, newest.name));
    this.#end = newest?.end ?? 0;
    this.#last = newest?.last ?? options.startAfter;
  }

  get firstIndex(): number {
    return present(this.#segments[0], "an open log has a segment").firstIndex;
  }

  get last(): EntryId {
    return this.#last;
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0) + (this.#spare?.size ?? 0);
  }

  async append(proposal: Proposal): Promise<EntryId> {
    assert(!this.#closed, "the log is open");
    assert(this.#unsettledBytes === null, "a failed append is mended before the next one");
    assert(proposal.payload.length > 0, "an entry is not empty");
    assert(proposal.payload.length <= this.#entryBytesMax, "an entry is within its limit");
    const length = frameBytes(proposal.payload.length);
    if (this.#end + length > this.#active.size) await this.#roll(segmentHeaderBytes + length);
    const id: EntryId = { index: this.#last.index + 1, term: this.#last.term };
    const segment = present(this.#segments.at(-1), "an open log has a segment");
    this.#unsettledBytes = length;
    await this.#active.writeDurably(encodeFrames([{ ...proposal, ...id }], segment.salt), this.#end);
    this.#unsettledBytes = null;
    this.#end += length;
    this.#last = id;
    if (this.#end > this.#active.size / 2) this.#prepareSpare();
    return id;
  }

  async mend(): Promise<void> {
    await this.#wipeUnsettled();
    // With a spare at hand the next appends need no more room than there is.
    await this.#spareComing;
    if (this.#spare === null) await this.#makeSpare(this.#segmentBytes);
  }

  async #wipeUnsettled(): Promise<void> {
    if (this.#unsettledBytes === null) return;
    const length = Math.min(this.#unsettledBytes, this.#active.size - this.#end);
    this.#active.write(new Uint8Array(length), this.#end);
    await this.#active.sync();
    this.#unsettledBytes = null;
  }

  *entriesAfter(index: number): Generator<LogEntry> {
    for (const [place, segment] of this.#segments.entries()) {
      const next = this.#segments[place + 1];
      if (next !== undefined && next.firstIndex <= index + 1) continue;
      yield* this.#entriesOf(segment, index);
    }
  }

  *#entriesOf(segment: Segment, index: number): Generator<LogEntry> {
    const file = this.#files.openReadOnly(join(this.#folder, segment.name));
    let content: Buffer;
    try {
      content = file.readAll();
    } finally {
      file.close();
    }
    let offset = segmentHeaderBytes;
    for (;;) {
      const entry = decodeFrame(content, offset, segment.salt);
      if (entry === null || entry.index > this.#last.index) return;
      if (entry.index > index) yield entry;
      offset += frameBytes(entry.payload.length);
    }
  }

  trimThrough(index: number): void {
    const kept = this.#segments.findIndex((_segment, place) => {
      const next = this.#segments[place + 1];
      return next === undefined || next.firstIndex > index + 1;
    });
    if (kept <= 0) return;
    // Oldest first, so that a crash in between leaves no gap.
    for (const segment of this.#segments.slice(0, kept)) this.#files.remove(join(this.#folder, segment.name));
    this.#segments = this.#segments.slice(kept);
    this.#files.syncFolder(this.#folder);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#spareComing;
    this.#spare?.close();
    this.#files.remove(join(this.#folder, spareName));
    this.#active.close();
  }

  async #roll(bytesNeeded: number): Promise<void> {
    await this.#spareComing;
    if (this.#spare !== null && this.#spare.size < bytesNeeded) this.#dropSpare();
    await this.#startSegment(Math.max(this.#segmentBytes, bytesNeeded));
  }

  /** Makes the spare, or a new file, the one that entries go to. */
  async #startSegment(bytes: number): Promise<void> {
    if (this.#spare === null) await this.#makeSpare(bytes);
    const file = present(this.#spare, "a spare was just made");
    const firstIndex = this.#last.index + 1;
    const sequence = 0;
    const name = segmentNameOf(firstIndex, sequence);
    const salt = Buffer.from(this.#random.bytes(4)).readUInt32LE(0);
    const header = {
      storeId: this.#storeId,
      firstIndex,
      previousTerm: this.#last.term,
      salt,
      sequence,
      isRestart: false,
    };
    try {
      file.write(encodeSegmentHeader(header), 0);
      await file.sync();
      this.#files.rename(join(this.#folder, spareName), join(this.#folder, name));
      this.#files.syncFolder(this.#folder);
    } catch (error) {
      // If it got its name already, the next try gives the same name to another file.
      this.#dropSpare();
      throw error;
    }
    this.#spare = null;
    this.#active.close();
    this.#active = file;
    this.#end = segmentHeaderBytes;
    this.#segments.push({ name, firstIndex, salt, bytes: file.size });
  }

  /** Sets the next file aside in the background; should that fail, the append that needs it tries again and says why. */
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

const unopened = (): never => {
  throw new Error("the log has no file yet");
};
/** Stands where the file of the first segment will be, until that is made. */
const noFile: LogFile = {
  size: 0,
  write: unopened,
  readAll: unopened,
  read: unopened,
  allocate: unopened,
  sync: unopened,
  syncInPlace: unopened,
  writeDurably: unopened,
  close: () => undefined,
};
