/**
 * A disk that fails on demand, under the real log in real files: it fills up, fails in the middle of a write, and
 * loses what was written but never synced, whole or in part. For tests and proofs.
 */
import type { Random } from "#base/random.ts";
import { diskFiles, type LogFile, type LogFiles } from "./files.ts";

interface Unsynced {
  readonly offset: number;
  readonly before: Buffer;
  readonly bytes: Uint8Array;
}

export class FaultFiles implements LogFiles {
  /** While true, no file can be made or grown. */
  full = false;
  /** While true, a durable write stops half-way with an error. */
  failWrites = false;
  /** While true, syncing fails, and nobody knows what of the last writes is on the disk. */
  failSyncs = false;
  /** After so many changes every further one throws: the process has died. Null: it lives. */
  stepsLeft: number | null = null;
  /** Called between what is written and its sync, of a new file too. */
  beforeSync: (() => Promise<void>) | null = null;
  readonly #open = new Set<FaultFile>();

  list = diskFiles.list;
  openReadOnly = diskFiles.openReadOnly;

  rename(from: string, to: string): void {
    this.step();
    diskFiles.rename(from, to);
  }

  remove(path: string): void {
    this.step();
    diskFiles.remove(path);
  }

  makeFolder(path: string): void {
    this.step();
    diskFiles.makeFolder(path);
  }

  syncFolder(folder: string): void {
    this.step();
    diskFiles.syncFolder(folder);
  }

  create(path: string): LogFile {
    this.step();
    if (this.full) throw diskError("ENOSPC");
    return this.#track(diskFiles.create(path));
  }

  open(path: string): LogFile {
    return this.#track(diskFiles.open(path));
  }

  /** Leaves in the files what a power cut may leave: of each write that was not synced all, a part, or nothing. */
  pullThePlug(random: Random): void {
    for (const file of this.#open) file.forgetUnsynced(random);
  }

  /** Counts a change; throws once the process is to have died. */
  step(): void {
    if (this.stepsLeft === null) return;
    if (this.stepsLeft === 0) throw new Error("this process is no more");
    this.stepsLeft--;
  }

  #track(inner: LogFile): LogFile {
    const file = new FaultFile(this, inner, () => this.#open.delete(file));
    this.#open.add(file);
    return file;
  }
}

class FaultFile implements LogFile {
  readonly #disk: FaultFiles;
  readonly #inner: LogFile;
  readonly #onClose: () => void;
  #unsynced: Unsynced[] = [];

  constructor(disk: FaultFiles, inner: LogFile, onClose: () => void) {
    this.#disk = disk;
    this.#inner = inner;
    this.#onClose = onClose;
  }

  get size(): number {
    return this.#inner.size;
  }

  write(bytes: Uint8Array, offset: number): void {
    this.#disk.step();
    const before = Buffer.from(this.#inner.readAll().subarray(offset, offset + bytes.length));
    this.#unsynced.push({ offset, before, bytes });
    this.#inner.write(bytes, offset);
  }

  readAll(): Buffer {
    return this.#inner.readAll();
  }

  read(offset: number, length: number): Buffer {
    return this.#inner.read(offset, length);
  }

  async allocate(bytes: number): Promise<void> {
    if (this.#disk.full) throw diskError("ENOSPC");
    await this.#inner.allocate(bytes);
  }

  async sync(): Promise<void> {
    await this.#disk.beforeSync?.();
    this.#disk.step();
    if (this.#disk.failSyncs) throw diskError("EIO");
    await this.#inner.sync();
    this.#unsynced = [];
  }

  syncInPlace(): void {
    this.#disk.step();
    if (this.#disk.failSyncs) throw diskError("EIO");
    this.#inner.syncInPlace();
    this.#unsynced = [];
  }

  async writeDurably(bytes: Uint8Array, offset: number): Promise<void> {
    if (this.#disk.failWrites) {
      this.write(bytes.subarray(0, bytes.length >> 1), offset);
      throw diskError("ENOSPC");
    }
    this.write(bytes, offset);
    await this.sync();
  }

  close(): void {
    this.#onClose();
    this.#inner.close();
  }

  forgetUnsynced(random: Random): void {
    for (const { offset, before } of this.#unsynced.toReversed()) this.#inner.write(before, offset);
    for (const { offset, bytes } of this.#unsynced) {
      // Sectors of 512 bytes reach the disk whole and in any order.
      for (let sector = 0; sector < bytes.length; sector += 512) {
        const survives = (random.bytes(1)[0] ?? 0) < 128;
        if (survives) this.#inner.write(bytes.subarray(sector, sector + 512), offset + sector);
      }
    }
    this.#unsynced = [];
  }
}

function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: the disk of this test failed`), { code });
}
