/**
 * The file of the hard state: a node's term and vote, which it may never forget once somebody has heard of them.
 *
 * Two slots, each a sector of its own with a checksum and a sequence number, in a file whose room is taken once. A new
 * state goes to the slot that is not needed, and counts as soon as that one is durable; the other slot is brought up to
 * it in the background. So a torn write leaves the state before, and once the copy is made, damage to one slot loses
 * nothing either.
 *
 * Each slot also names the last entry that was durable when it was written: after a clean stop, or a change of term,
 * an entry that is gone from the log is known to be lost, not torn.
 */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { assert } from "#base/assert.ts";
import type { EntryId } from "#raft/entry.ts";
import type { HardState } from "#raft/port.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { LogFile, LogFiles } from "./files.ts";
import { readCount, writeCount } from "./frame.ts";
import { howToRecover } from "./scan.ts";

export const hardStateName = "hard-state";
const draftName = "hard-state.tmp";
const magic = 0x5348594c; // "LYHS" read as a little-endian u32
const version = 1;
const slotBytes = 512;
/** Slots lie a page apart, so that no sector and no block of a file system holds both. */
const slotDistance = 4096;
const slots = [0, 1] as const;
type Slot = (typeof slots)[number];
const votedForBytesMax = 64;
const votedForOffset = 64;
const crcOffset = slotBytes - 4;

/** What a slot says: the hard state, and the last entry that was durable then. */
export interface HardRecord {
  readonly state: HardState;
  readonly durable: EntryId;
}

interface StoredRecord extends HardRecord {
  readonly sequence: number;
}

export class HardStateFile {
  readonly #file: LogFile;
  readonly #storeId: string;
  #record: StoredRecord;
  /** The sequence that each slot is known to hold durably. */
  readonly #durable: [number, number];
  #mirroring: Promise<void> = Promise.resolve();

  /** Makes the file, with `record` in it, where there is none yet. */
  static async create(
    files: LogFiles,
    folder: string,
    storeId: string,
    record: HardRecord,
  ): Promise<HardStateFile> {
    const draft = join(folder, draftName);
    files.remove(draft);
    const file = files.create(draft);
    try {
      await file.allocate(slotDistance + slotBytes);
      const first = { ...record, sequence: 1 };
      for (const slot of slots) file.write(encodeSlot(storeId, first), slot * slotDistance);
      await file.sync();
      files.rename(draft, join(folder, hardStateName));
      files.syncFolder(folder);
      return new HardStateFile(file, storeId, first, [1, 1]);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Opens the file; null when there is none. */
  static async open(files: LogFiles, folder: string, storeId: string): Promise<HardStateFile | null> {
    if (!files.list(folder).includes(hardStateName)) return null;
    const found = readSlots(files, folder, storeId);
    const newest = newestOf(found);
    if (newest === null) throw damaged(join(folder, hardStateName));
    const file = files.open(join(folder, hardStateName));
    const durable: [number, number] = [found[0]?.sequence ?? 0, found[1]?.sequence ?? 0];
    const opened = new HardStateFile(file, storeId, newest, durable);
    try {
      // What a process that died had written and not synced is read like any other, but would not survive a power cut.
      await file.sync();
      await opened.#mirror();
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  }

  private constructor(file: LogFile, storeId: string, record: StoredRecord, durable: [number, number]) {
    this.#file = file;
    this.#storeId = storeId;
    this.#record = record;
    this.#durable = durable;
  }

  get record(): HardRecord {
    return this.#record;
  }

  get bytes(): number {
    return this.#file.size;
  }

  /**
   * Resolves once `record` is durable. When it rejects, either the old or the new one is what a restart will find;
   * writing any record once more settles it.
   */
  async write(record: HardRecord): Promise<void> {
    await this.#mirroring;
    const next = { ...record, sequence: this.#record.sequence + 1 };
    const slot: Slot = this.#durable[0] <= this.#durable[1] ? 0 : 1;
    // What the slot held is gone from here on, whether or not the write succeeds.
    this.#durable[slot] = 0;
    await this.#file.writeDurably(encodeSlot(this.#storeId, next), slot * slotDistance);
    this.#durable[slot] = next.sequence;
    this.#record = next;
    this.#mirroring = this.#mirror().catch(() => undefined);
  }

  /** Brings the slot that lags behind up to the record. */
  async #mirror(): Promise<void> {
    const record = this.#record;
    for (const slot of slots) {
      if (this.#durable[slot] === record.sequence) continue;
      this.#durable[slot] = 0;
      this.#file.write(encodeSlot(this.#storeId, record), slot * slotDistance);
      await this.#file.sync();
      this.#durable[slot] = record.sequence;
    }
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#mirroring;
  }

  close(): void {
    this.#file.close();
  }
}

/** What the file says, without changing it; null when there is none. For `doctor`, beside a running server too. */
export function readHardState(files: LogFiles, folder: string, storeId: string): HardRecord | null {
  if (!files.list(folder).includes(hardStateName)) return null;
  const newest = newestOf(readSlots(files, folder, storeId));
  if (newest === null) throw damaged(join(folder, hardStateName));
  return newest;
}

function readSlots(
  files: LogFiles,
  folder: string,
  storeId: string,
): [StoredRecord | null, StoredRecord | null] {
  const path = join(folder, hardStateName);
  const file = files.openReadOnly(path);
  try {
    const read = (slot: Slot) => decodeSlot(file.read(slot * slotDistance, slotBytes), storeId, path);
    return [read(0), read(1)];
  } finally {
    file.close();
  }
}

function newestOf([first, second]: [StoredRecord | null, StoredRecord | null]): StoredRecord | null {
  if (first === null || second === null) return first ?? second;
  return first.sequence >= second.sequence ? first : second;
}

function encodeSlot(storeId: string, { state, durable, sequence }: StoredRecord): Buffer {
  const bytes = Buffer.alloc(slotBytes);
  const votedFor = Buffer.from(state.votedFor ?? "");
  assert(votedFor.length <= votedForBytesMax, "a node's id is short");
  assert(state.votedFor !== "", "a node's id is not empty");
  bytes.writeUInt32LE(magic, 0);
  bytes.writeUInt32LE(version, 4);
  bytes.write(storeId, 8, "hex");
  writeCount(bytes, sequence, 24);
  writeCount(bytes, state.term, 32);
  writeCount(bytes, durable.index, 40);
  writeCount(bytes, durable.term, 48);
  bytes.writeUInt32LE(votedFor.length, 56);
  bytes.set(votedFor, votedForOffset);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, crcOffset)), crcOffset);
  return bytes;
}

function decodeSlot(bytes: Buffer, storeId: string, path: string): StoredRecord | null {
  if (bytes.length < slotBytes || bytes.readUInt32LE(0) !== magic) return null;
  if (bytes.readUInt32LE(crcOffset) !== crc32(bytes.subarray(0, crcOffset))) return null;
  if (bytes.readUInt32LE(4) > version) {
    throw new DataFolderRefused(`${path} was written by a newer Lyceum: start that version.`);
  }
  if (bytes.toString("hex", 8, 24) !== storeId) {
    throw new DataFolderRefused(
      `${path} belongs to another store than the database beside it: put back the file that was made with it, or restore a backup.`,
    );
  }
  const length = bytes.readUInt32LE(56);
  return {
    sequence: readCount(bytes, 24),
    state: {
      term: readCount(bytes, 32),
      votedFor: length === 0 ? null : bytes.toString("utf8", votedForOffset, votedForOffset + length),
    },
    durable: { index: readCount(bytes, 40), term: readCount(bytes, 48) },
  };
}

function damaged(path: string): DataFolderRefused {
  return new DataFolderRefused(
    `${path} is damaged: which term this node had reached, and whom it had voted for, cannot be read any more, and without that it could elect a second leader. ${howToRecover}`,
  );
}
