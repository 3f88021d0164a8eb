/**
 * Reads a folder of segments and says what it holds: which entries are intact, whether the last write was torn,
 * or whether something in the middle is damaged. Changes nothing, so that `doctor` can use it beside a running
 * server.
 */
import { join } from "node:path";
import { DataFolderRefused } from "../folder-refused.ts";
import type { LogFiles } from "./files.ts";
import {
  claimedIndex,
  decodeFrame,
  decodeSegmentHeader,
  frameBytes,
  type SegmentHeader,
  segmentHeaderBytes,
  segmentVersion,
} from "./frame.ts";
import type { EntryId } from "./port.ts";

export interface ScannedSegment extends SegmentHeader {
  readonly name: string;
  readonly bytes: number;
  /** Where the next frame would begin. */
  readonly end: number;
  readonly last: EntryId;
  /** How many bytes after `end` belong to a write that never finished; 0 for a clean end. */
  readonly tornBytes: number;
}

const segmentName = /^\d{16}\.log$/;

/** The file name of the segment whose first entry has this index. */
export function segmentNameOf(firstIndex: number): string {
  return `${String(firstIndex).padStart(16, "0")}.log`;
}

/** All segments in order. Throws `DataFolderRefused` when an entry in the middle is missing or damaged. */
export function scanLog(files: LogFiles, folder: string): ScannedSegment[] {
  const names = files.list(folder).filter((name) => segmentName.test(name));
  const segments: ScannedSegment[] = [];
  for (const [place, name] of names.entries()) {
    const segment = scanSegment(files, folder, name, place === names.length - 1);
    const before = segments.at(-1);
    if (before !== undefined) requireContinuity(folder, before, segment);
    segments.push(segment);
  }
  return segments;
}

function scanSegment(files: LogFiles, folder: string, name: string, isLast: boolean): ScannedSegment {
  const path = join(folder, name);
  const content = readWhole(files, path);
  const decoded = decodeSegmentHeader(content);
  if (decoded === null) throw damaged(path, 0, "its header is damaged");
  const { version, header } = decoded;
  if (header === null) {
    throw new DataFolderRefused(
      `${path} was written by a newer Lyceum (log version ${version}, this one knows ${segmentVersion}): start that version.`,
    );
  }
  let end = segmentHeaderBytes;
  let last: EntryId = { index: header.firstIndex - 1, term: header.previousTerm };
  for (;;) {
    const entry = decodeFrame(content, end, header.salt);
    if (entry === null) break;
    if (entry.index !== last.index + 1 || entry.term < last.term) {
      throw damaged(path, end, `entry ${entry.index} follows entry ${last.index}`);
    }
    last = { index: entry.index, term: entry.term };
    end += frameBytes(entry.payload.length);
  }
  const tornBytes = lengthOfRubbish(content, end);
  if (tornBytes > 0) {
    const survivor = isLast ? findFrameBeyond(content, end, header.salt, last.index) : last.index + 1;
    if (survivor !== null) throw damaged(path, end, `entry ${last.index + 1} cannot be read, later ones can`);
  }
  return { ...header, name, bytes: content.length, end, last, tornBytes };
}

/** How far from `end` on there is anything but zeros. */
function lengthOfRubbish(content: Buffer, end: number): number {
  let length = content.length - end;
  while (length > 0 && content[end + length - 1] === 0) length--;
  return Math.max(0, length);
}

/** Frames begin at multiples of 8; one that is intact and later than `lastIndex` proves a damaged middle. */
function findFrameBeyond(content: Buffer, end: number, salt: number, lastIndex: number): number | null {
  for (let offset = end + 8; offset < content.length; offset += 8) {
    const claimed = claimedIndex(content, offset);
    if (claimed <= lastIndex || claimed > lastIndex + content.length / 8) continue;
    if (decodeFrame(content, offset, salt) !== null) return claimed;
  }
  return null;
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

function damaged(path: string, offset: number, what: string): DataFolderRefused {
  return new DataFolderRefused(
    `The log file ${path} is damaged at byte ${offset}: ${what}. Nothing was changed. ` +
      "Keep a copy of the data folder, check the disk, and restore the latest backup with `lyceum restore`.",
  );
}
