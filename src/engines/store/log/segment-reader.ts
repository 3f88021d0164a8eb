/** Segments as an open log knows them, and the reading of entries that are not in memory. */
import { join } from "node:path";
import { assert, present } from "#base/assert.ts";
import type { Entry } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { LogFile, LogFiles } from "./files.ts";
import { decodeFrame, frameBytes, segmentHeaderBytes } from "./frame.ts";
import { howToRecover, type Mark, markBytes, type ScannedSegment } from "./scan.ts";

export class Segment {
  readonly name: string;
  readonly sequence: number;
  readonly firstIndex: number;
  readonly previousTerm: number;
  readonly version: number;
  readonly salt: number;
  readonly bytes: number;
  #lastIndex: number;
  #end: number;
  readonly #marks: Mark[];

  constructor(
    made: Pick<Segment, "name" | "sequence" | "firstIndex" | "previousTerm" | "version" | "salt" | "bytes">,
    found: { lastIndex: number; end: number; marks: readonly Mark[] } | null = null,
  ) {
    this.name = made.name;
    this.sequence = made.sequence;
    this.firstIndex = made.firstIndex;
    this.previousTerm = made.previousTerm;
    this.version = made.version;
    this.salt = made.salt;
    this.bytes = made.bytes;
    this.#lastIndex = found?.lastIndex ?? made.firstIndex - 1;
    this.#end = found?.end ?? segmentHeaderBytes;
    this.#marks = [...(found?.marks ?? [])];
  }

  static found(scanned: ScannedSegment): Segment {
    const { last, end, marks } = scanned;
    return new Segment(scanned, { lastIndex: last.index, end, marks });
  }

  /** The last entry that counts. */
  get lastIndex(): number {
    return this.#lastIndex;
  }

  /** Where the next frame goes. */
  get end(): number {
    return this.#end;
  }

  /** Notes entries that were written at the end. */
  grow(entries: readonly Entry[]): void {
    for (const { index, payload } of entries) {
      if (this.#end - (this.#marks.at(-1)?.offset ?? 0) >= markBytes) {
        this.#marks.push({ index, offset: this.#end });
      }
      this.#end += frameBytes(payload.length);
      this.#lastIndex = index;
    }
  }

  /** Later entries count no more; a newer segment has others in their place. */
  cutAfter(index: number): void {
    assert(index <= this.#lastIndex, "a cut adds nothing");
    this.#lastIndex = index;
  }

  /** Where to begin reading for the entry at `index`: at it or not far before. */
  offsetBefore(index: number): number {
    return this.#marks.findLast((mark) => mark.index <= index)?.offset ?? segmentHeaderBytes;
  }
}

export class SegmentReader {
  readonly #files: LogFiles;
  readonly #folder: string;

  constructor(files: LogFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  /** Entries from `from` to `to`, as many as `bytesMax` allows, but at least one. */
  read(segments: readonly Segment[], from: number, to: number, bytesMax: number): Entry[] {
    const entries: Entry[] = [];
    let bytesLeft = bytesMax;
    for (const segment of segments) {
      const next = from + entries.length;
      if (segment.lastIndex < next) continue;
      const last = Math.min(to, segment.lastIndex);
      for (const entry of this.#some(segment, next, last, bytesLeft)) {
        bytesLeft -= entry.payload.length;
        if (entries.length > 0 && bytesLeft < 0) return entries;
        entries.push(entry);
      }
      // Short of the segment's end, the next one's entries do not follow.
      if (last === to || bytesLeft <= 0 || entries.at(-1)?.index !== last) return entries;
    }
    return entries;
  }

  /** Every entry of a segment after `index`. */
  *all(segment: Segment, index: number): Generator<Entry> {
    const content = this.#withFile(segment, (file) => file.readAll());
    let offset = segmentHeaderBytes;
    for (let next = segment.firstIndex; next <= segment.lastIndex; next++) {
      const entry = this.#frameAt(segment, content, offset, offset, next);
      if (next > index) yield entry;
      offset += frameBytes(entry.payload.length);
    }
  }

  /** The entry at `from` and those after it up to `to` that lie within about `bytes`. */
  #some(segment: Segment, from: number, to: number, bytes: number): Entry[] {
    return this.#withFile(segment, (file) => {
      const entries: Entry[] = [];
      const begin = segment.offsetBefore(from);
      const content = file.read(begin, bytes + 2 * markBytes);
      let offset = 0;
      while (entries.length === 0 || present(entries.at(-1), "there is one").index < to) {
        if (offset + 4 > content.length) break;
        const end = offset + frameBytes(content.readUInt32LE(offset));
        if (end > content.length && entries.length > 0) break;
        const cut = end > content.length;
        const frame = cut ? file.read(begin + offset, end - offset) : content.subarray(offset, end);
        const entry = this.#frameAt(segment, frame, 0, begin + offset, null);
        if (entry.index >= from) entries.push(entry);
        offset = end;
      }
      if (entries[0]?.index !== from) throw this.#damaged(segment, begin, from);
      return entries;
    });
  }

  #frameAt(segment: Segment, content: Buffer, offset: number, place: number, index: number | null): Entry {
    const entry = decodeFrame(content, offset, segment);
    if (entry === null || (index !== null && entry.index !== index)) {
      throw this.#damaged(segment, place, index);
    }
    return entry;
  }

  #withFile<T>(segment: Segment, use: (file: LogFile) => T): T {
    const file = this.#files.openReadOnly(join(this.#folder, segment.name));
    try {
      return use(file);
    } finally {
      file.close();
    }
  }

  #damaged(segment: Segment, offset: number, index: number | null): DataFolderRefused {
    const path = join(this.#folder, segment.name);
    const which = index === null ? "an entry" : `entry ${index}`;
    return new DataFolderRefused(
      `The log file ${path} is damaged at byte ${offset}: ${which} cannot be read any more. ${howToRecover}`,
    );
  }
}
