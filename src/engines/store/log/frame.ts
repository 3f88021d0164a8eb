/**
 * How an entry lies in a segment of the log, little endian, each frame padded to 8 bytes:
 * u32 payload length, u32 crc32 of all that follows, u64 index, u64 term, u8 kind, u8 flags, u16 zero,
 * u32 schema version, payload. A segment opens with a header of 64 bytes: "LYLG", u32 version, store id (16),
 * u64 first index, u64 term of the entry before, u32 salt, zeros, u32 crc32.
 *
 * Every frame's crc starts from its segment's random salt, so that bytes that someone stored, or that another
 * segment left behind, can never pass for a frame of this one.
 */
import { crc32 } from "node:zlib";
import { assert } from "#base/assert.ts";
import { entryKinds } from "#raft/entry.ts";
import type { LogEntry } from "./port.ts";

export const frameHeaderBytes = 32;
export const segmentHeaderBytes = 64;
export const segmentVersion = 1;
const magic = 0x474c594c; // "LYLG" read as a little-endian u32
const kindBase = 1; // a zeroed byte is no kind

/** The bytes that a frame of this payload takes. */
export function frameBytes(payloadBytes: number): number {
  return (frameHeaderBytes + payloadBytes + 7) & ~7;
}

/** Builds the frame of an entry for the segment with this salt. */
export function encodeFrame(entry: LogEntry, salt: number): Buffer {
  const payload = entry.payload;
  const frame = Buffer.allocUnsafe(frameBytes(payload.length));
  frame.writeUInt32LE(payload.length, 0);
  writeCount(frame, entry.index, 8);
  writeCount(frame, entry.term, 16);
  frame.writeUInt32LE(kindBase + entryKinds.indexOf(entry.kind), 24);
  frame.writeUInt32LE(entry.schemaVersion, 28);
  frame.set(payload, frameHeaderBytes);
  frame.fill(0, frameHeaderBytes + payload.length);
  frame.writeUInt32LE(crc32(frame.subarray(8), salt), 4);
  return frame;
}

/** Reads the frame at `offset`, or gives null when no whole, intact frame lies there. */
export function decodeFrame(segment: Buffer, offset: number, salt: number): LogEntry | null {
  if (offset + frameHeaderBytes > segment.length) return null;
  const length = segment.readUInt32LE(offset);
  const end = offset + frameBytes(length);
  if (length === 0 || end > segment.length) return null;
  const kind = entryKinds[segment.readUInt8(offset + 24) - kindBase];
  if (kind === undefined || segment.readUInt8(offset + 25) !== 0 || segment.readUInt16LE(offset + 26) !== 0) {
    return null;
  }
  if (segment.readUInt32LE(offset + 4) !== crc32(segment.subarray(offset + 8, end), salt)) return null;
  return {
    kind,
    index: readCount(segment, offset + 8),
    term: readCount(segment, offset + 16),
    schemaVersion: segment.readUInt32LE(offset + 28),
    payload: segment.subarray(offset + frameHeaderBytes, offset + frameHeaderBytes + length),
  };
}

/** The index that a frame at `offset` claims, without checking it; lets a scan pass over what cannot fit. */
export function claimedIndex(segment: Buffer, offset: number): number {
  return offset + frameHeaderBytes <= segment.length ? readCount(segment, offset + 8) : 0;
}

export interface SegmentHeader {
  readonly storeId: string;
  readonly firstIndex: number;
  readonly previousTerm: number;
  readonly salt: number;
}

export function encodeSegmentHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(segmentVersion, 4);
  bytes.write(header.storeId, 8, "hex");
  writeCount(bytes, header.firstIndex, 24);
  writeCount(bytes, header.previousTerm, 32);
  bytes.writeUInt32LE(header.salt, 40);
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
      storeId: bytes.toString("hex", 8, 24),
      firstIndex: readCount(bytes, 24),
      previousTerm: readCount(bytes, 32),
      salt: bytes.readUInt32LE(40),
    },
  };
}

function writeCount(bytes: Buffer, count: number, offset: number): void {
  assert(Number.isSafeInteger(count) && count >= 0, `a count in the log is a safe integer, not ${count}`);
  bytes.writeUInt32LE(count % 0x1_0000_0000, offset);
  bytes.writeUInt32LE(Math.floor(count / 0x1_0000_0000), offset + 4);
}

function readCount(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x1_0000_0000;
}
