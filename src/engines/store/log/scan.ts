/**
 * Reads a folder of segments and says what it holds: which entries count and are intact, whether the last write was
 * torn, or whether something in the middle is damaged. Changes nothing, so that `doctor` can use it beside a running
 * server.
 *
 * A segment takes the place of whatever an older one holds from its first index on. So a suffix that another leader
 * overruled is replaced by the renaming of one file, and what it replaced may stay behind for a while.
 */
import { join } from "node:path";
import type { EntryId } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { LogFiles } from "./files.ts";
import {
  claimedIndex,
  decodeFrame,
  decodeSegmentHeader,
  type FrameKey,
  frameBytes,
  placeInWrite,
  type SegmentHeader,
  segmentHeaderBytes,
  segmentVersion,
  writeEntriesMax,
} from "./frame.ts";

/** Where in a segment an entry begins; one is kept for every `markBytes` or so. */
export interface Mark {
  readonly index: number;
  readonly offset: number;
}

export const markBytes = 64 << 10;

export interface ScannedSegment extends SegmentHeader {
  readonly name: string;
  readonly bytes: number;
  /** Where the next frame would begin. */
  readonly end: number;
  /** The last entry that counts; the one before the first when none does. */
  readonly last: EntryId;
  /** How many bytes after `end` belong to a write that never finished; 0 for a clean end. */
  readonly tornBytes: number;
  readonly marks: readonly Mark[];
  /** The first entry of each term in this segment. */
  readonly terms: readonly EntryId[];
}

export interface ScannedLog {
  /** In order of their entries, each beginning right behind what counts of the one before. */
  readonly segments: readonly ScannedSegment[];
  /** Files that later ones have replaced whole; safe to remove. */
  readonly superseded: readonly string[];
}

const segmentName = /^\d{16}(-\d{8,})?\.log$/;

/** The file name of the segment whose first entry has this index. */
export function segmentNameOf(firstIndex: number, sequence: number): string {
  return `${String(firstIndex).padStart(16, "0")}-${String(sequence).padStart(8, "0")}.log`;
}

interface FoundSegment {
  readonly name: string;
  readonly header: SegmentHeader;
}

/** What the folder holds. Throws `DataFolderRefused` when an entry in the middle is missing or damaged. */
export function scanLog(files: LogFiles, folder: string): ScannedLog {
  const names = files.list(folder).filter((name) => segmentName.test(name));
  const found = names
    .map((name) => findSegment(files, folder, name))
    .sort((a, b) => a.header.sequence - b.header.sequence || a.header.firstIndex - b.header.firstIndex);
  const counting: FoundSegment[] = [];
  const superseded: string[] = [];
  for (const segment of found) {
    const { isRestart, firstIndex } = segment.header;
    for (let last = counting.at(-1); last !== undefined; last = counting.at(-1)) {
      if (!isRestart && last.header.firstIndex < firstIndex) break;
      superseded.push(last.name);
      counting.pop();
    }
    counting.push(segment);
  }
  const segments: ScannedSegment[] = [];
  for (const [place, segment] of counting.entries()) {
    const next = counting[place + 1]?.header.firstIndex ?? null;
    const before = segments.at(-1);
    const scanned = scanSegment(files, folder, segment, next === null ? null : next - 1);
    if (before !== undefined) requireContinuity(folder, before, scanned);
    segments.push(scanned);
  }
  return { segments, superseded };
}

function findSegment(files: LogFiles, folder: string, name: string): FoundSegment {
  const path = join(folder, name);
  const file = files.openReadOnly(path);
  try {
    const decoded = decodeSegmentHeader(file.read(0, segmentHeaderBytes));
    if (decoded === null) throw damaged(path, 0, "its header is damaged");
    const { version, header } = decoded;
    if (header !== null) return { name, header };
    throw new DataFolderRefused(
      `${path} was written by a newer Lyceum (log version ${version}, this one knows ${segmentVersion}): start that version.`,
    );
  } finally {
    file.close();
  }
}

/** `lastIndex`: where the next segment cuts this one off; null for the newest, which alone may end in a torn write. */
function scanSegment(
  files: LogFiles,
  folder: string,
  { name, header }: FoundSegment,
  lastIndex: number | null,
): ScannedSegment {
  const path = join(folder, name);
  const content = readWhole(files, path);
  const marks: Mark[] = [];
  const terms: EntryId[] = [];
  let end = segmentHeaderBytes;
  let last: EntryId = { index: header.firstIndex - 1, term: header.previousTerm };
  while (lastIndex === null || last.index < lastIndex) {
    const entry = decodeFrame(content, end, header);
    if (entry === null) break;
    if (entry.index !== last.index + 1 || entry.term < last.term) {
      throw damaged(path, end, `entry ${entry.index} follows entry ${last.index}`);
    }
    if (end - (marks.at(-1)?.offset ?? 0) >= markBytes) marks.push({ index: entry.index, offset: end });
    last = { index: entry.index, term: entry.term };
    if (terms.at(-1)?.term !== last.term) terms.push(last);
    end += frameBytes(entry.payload.length);
  }
  const tornBytes = lastIndex === null ? lengthOfRubbish(content, end) : 0;
  if (tornBytes > 0 && holdsLaterWrite(content, end, header, last.index)) {
    throw damaged(path, end, `entry ${last.index + 1} cannot be read, later ones can`);
  }
  return { ...header, name, bytes: content.length, end, last, tornBytes, marks, terms };
}

/** How far from `end` on there is anything but zeros. */
function lengthOfRubbish(content: Buffer, end: number): number {
  let length = content.length - end;
  while (length > 0 && content[end + length - 1] === 0) length--;
  return Math.max(0, length);
}

/** Whether a frame beyond `end` (they begin at multiples of 8) was written after all of the entry at `end` was durable. */
function holdsLaterWrite(content: Buffer, end: number, key: FrameKey, lastIndex: number): boolean {
  for (let offset = end + 8; offset < content.length; offset += 8) {
    const claimed = claimedIndex(content, offset);
    if (claimed <= lastIndex || claimed > lastIndex + content.length / 8 + writeEntriesMax) continue;
    if (decodeFrame(content, offset, key) === null) continue;
    if (claimed - placeInWrite(content, offset) > lastIndex + 1) return true;
  }
  return false;
}

function requireContinuity(folder: string, before: ScannedSegment, after: ScannedSegment): void {
  const path = join(folder, before.name);
  if (after.storeId !== before.storeId) {
    throw new DataFolderRefused(
      `${join(folder, after.name)} belongs to another store than ${before.name}: take away the file that does not belong here.`,
    );
  }
  if (after.firstIndex !== before.last.index + 1 || after.previousTerm !== before.last.term) {
    throw damaged(
      path,
      before.end,
      `it ends at entry ${before.last.index}, the next file begins at ${after.firstIndex}`,
    );
  }
}

function readWhole(files: LogFiles, path: string): Buffer {
  const file = files.openReadOnly(path);
  try {
    return file.readAll();
  } finally {
    file.close();
  }
}

/** What to do about a data folder of which a part is lost. */
export const howToRecover =
  "Nothing was changed. Keep a copy of the data folder and check the disk. A single node: restore the latest backup with " +
  "`lyceum restore`. A node of a cluster: remove it there, and let it join again with an empty data folder.";

function damaged(path: string, offset: number, what: string): DataFolderRefused {
  return new DataFolderRefused(`The log file ${path} is damaged at byte ${offset}: ${what}. ${howToRecover}`);
}
