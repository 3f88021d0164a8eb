/**
 * How an entry lies in a segment of the log, little endian, each frame padded to 8 bytes:
 * u32 payload length, u32 crc32 of all that follows, u64 index, u64 term, u8 kind, u8 zero, u16 how many frames of the
 * same write lie before it, u32 schema version, payload. A segment opens with a header of 64 bytes: "LYLG",
 * u32 version, store id (16), u64 first index, u64 term of the entry before, u32 salt, u64 sequence (segments count in
 * the order in which they were made), u32 flags (1: the log was begun anew here), zeros, u32 crc32.
 * Version 1, of a store without Raft, has zeros for the place in the write, the sequence and the flags.
 *
 * Every frame's crc starts from its segment's random salt, so that bytes that someone stored, or that another
 * segment left behind, can never pass for a frame of this one; and (but for version 1) from the frame's length, which
 * the padding would leave room to differ in.
 *
 * The place in the write tells a torn write from damage: sectors of one write reach the disk in any order, so a later
 * frame of the same write may well be whole where an earlier one is not; a frame of a later write proves that all of
 * the earlier one was durable once.
 */
import { crc32 } from "node:zlib";
import { assert } from "#base/assert.ts";
import { type Entry, entryKinds } from "#raft/entry.ts";

export const frameHeaderBytes = 32;
export const segmentHeaderBytes = 64;
export const segmentVersion = 2;
/** Frames in one write. */
export const writeEntriesMax = 0xffff;
const magic = 0x474c594c; // "LYLG" read as a little-endian u32
const kindBase = 1; // a zeroed byte is no kind

/** What the checksums of a file's frames begin with. */
export interface FrameKey {
  readonly version: number;
  readonly salt: number;
}

function checksum(frame: Buffer, payloadBytes: number, { version, salt }: FrameKey): number {
  return crc32(frame, version === 1 ? salt : (salt ^ payloadBytes) >>> 0);
}

/** The bytes that a frame of this payload takes. */
export function frameBytes(payloadBytes: number): number {
  return (frameHeaderBytes + payloadBytes + 7) & ~7;
}

/** Builds the frames of entries that go to the disk in one write. */
export function encodeFrames(entries: readonly Entry[], key: FrameKey): Buffer {
  assert(entries.length <= writeEntriesMax, "one write is within its limit");
  let bytes = 0;
  for (const { payload } of entries) bytes += frameBytes(payload.length);
  const frames = Buffer.allocUnsafe(bytes);
  let offset = 0;
  for (let place = 0; place < entries.length; place++) {
    offset = writeFrame(frames, offset, entries[place] as Entry, place, key);
  }
  return frames;
}

function writeFrame(frames: Buffer, offset: number, entry: Entry, place: number, key: FrameKey): number {
  const { payload } = entry;
  const end = offset + frameBytes(payload.length);
  frames.writeUInt32LE(payload.length, offset);
  writeCount(frames, entry.index, offset + 8);
  writeCount(frames, entry.term, offset + 16);
  frames.writeUInt16LE(kindBase + entryKinds.indexOf(entry.kind), offset + 24);
  frames.writeUInt16LE(place, offset + 26);
  frames.writeUInt32LE(entry.schemaVersion, offset + 28);
  frames.set(payload, offset + frameHeaderBytes);
  frames.fill(0, offset + frameHeaderBytes + payload.length, end);
  frames.writeUInt32LE(checksum(frames.subarray(offset + 8, end), payload.length, key), offset + 4);
  return end;
}

/** Reads the frame at `offset`, or gives null when no whole, intact frame lies there. */
export function decodeFrame(segment: Buffer, offset: number, key: FrameKey): Entry | null {
  if (offset + frameHeaderBytes > segment.length) return null;
  const length = segment.readUInt32LE(offset);
  const end = offset + frameBytes(length);
  if (end > segment.length) return null;
  const kind = entryKinds[segment.readUInt8(offset + 24) - kindBase];
  if (kind === undefined || segment.readUInt8(offset + 25) !== 0) return null;
  if (segment.readUInt32LE(offset + 4) !== checksum(segment.subarray(offset + 8, end), length, key))
    return null;
  return {
    kind,
    index: readCount(segment, offset + 8),
    term: readCount(segment, offset + 16),
    schemaVersion: segment.readUInt32LE(offset + 28),
    payload: segment.subarray(offset + frameHeaderBytes, offset + frameHeaderBytes + length),
  };
}

/** How many frames of the same write lie before the intact frame at `offset`. */
export function placeInWrite(segment: Buffer, offset: number): number {
  return segment.readUInt16LE(offset + 26);
}

/** The index that a frame at `offset` claims, without checking it; lets a scan pass over what cannot fit. */
export function claimedIndex(segment: Buffer, offset: number): number {
  return offset + frameHeaderBytes <= segment.length ? readCount(segment, offset + 8) : 0;
}

export interface SegmentHeader extends FrameKey {
  readonly storeId: string;
  readonly firstIndex: number;
  readonly previousTerm: number;
  /** A segment takes the place of every entry from its first on that one with a smaller sequence holds. */
  readonly sequence: number;
  /** Nothing of the segments before counts any more, whatever their indices. */
  readonly isRestart: boolean;
}

const restartFlag = 1;

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(header.version, 4);
  bytes.write(header.storeId, 8, "hex");
  writeCount(bytes, header.firstIndex, 24);
  writeCount(bytes, header.previousTerm, 32);
  bytes.writeUInt32LE(header.salt, 40);
  writeCount(bytes, header.sequence, 44);
  bytes.writeUInt32LE(header.isRestart ? restartFlag : 0, 52);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  return bytes;
}

/** The header; the version alone when a newer Lyceum wrote it; null when it is damaged. */
export function decodeSegmentHeader(bytes: Buffer): { version: number; header: SegmentHeader | null } | null {
  if (bytes.length < segmentHeaderBytes || bytes.readUInt32LE(0) !== magic) return null;
  if (bytes.readUInt32LE(60) !== crc32(bytes.subarray(0, 60))) return null;
  const version = bytes.readUInt32LE(4);
  if (version > segmentVersion) return { version, header: null };
  return {
    version,
    header: {
      version,
      storeId: bytes.toString("hex", 8, 24),
      firstIndex: readCount(bytes, 24),
      previousTerm: readCount(bytes, 32),
      salt: bytes.readUInt32LE(40),
      sequence: readCount(bytes, 44),
      isRestart: (bytes.readUInt32LE(52) & restartFlag) !== 0,
    },
  };
}

/** Writes a whole number of up to 53 bits as a u64. */
export function writeCount(bytes: Buffer, count: number, offset: number): void {
  assert(Number.isSafeInteger(count) && count >= 0, `a count in the log is a safe integer, not ${count}`);
  bytes.writeUInt32LE(count % 0x1_0000_0000, offset);
  bytes.writeUInt32LE(Math.floor(count / 0x1_0000_0000), offset + 4);
}

/** Reads what `writeCount` wrote. */
export function readCount(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000;
}
