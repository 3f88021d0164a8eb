/**
 * The few things that the log does with files, as a port: tests put a disk behind it that fills up, tears writes
 * and forgets what was never synced (`fault-files.ts`).
 */
import fs from "node:fs";
import { promisify } from "node:util";

export interface LogFile {
  readonly size: number;
  /** Writes all of `bytes` at `offset`, not yet durable. */
  write(bytes: Uint8Array, offset: number): void;
  /** The whole content. */
  readAll(): Buffer;
  /** Up to `length` bytes from `offset` on; fewer where the file ends. */
  read(offset: number, length: number): Buffer;
  /** Fills the file with `bytes` zeros, so that later writes need no more room, and makes that durable. */
  allocate(bytes: number): Promise<void>;
  /** Resolves once everything written is durable. */
  sync(): Promise<void>;
  /** The same, waited for in place: for a few bytes while nothing else runs. */
  syncInPlace(): void;
  /** Writes all of `bytes` at `offset`; resolves once that, and everything written before, is durable. */
  writeDurably(bytes: Uint8Array, offset: number): Promise<void>;
  close(): void;
}

export interface LogFiles {
  list(folder: string): string[];
  create(path: string): LogFile;
  open(path: string): LogFile;
  /** Opens for reading alone: for checks beside a running server. */
  openReadOnly(path: string): LogFile;
  rename(from: string, to: string): void;
  remove(path: string): void;
  makeFolder(path: string): void;
  /** Makes creations, renames and removals in `folder` durable. */
  syncFolder(folder: string): void;
}

const fdatasync = promisify(fs.fdatasync);
const fsWrite = promisify(fs.write) as (
  fd: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<{ bytesWritten: number }>;

const zeroChunk = new Uint8Array(1 << 20);

/** A sync shorter than this is waited for in place. */
const quickSyncMs = 0.5;
const rememberedSyncs = 8;

class DiskFile implements LogFile {
  readonly #fd: number;
  size: number;
  /** How long the last few durable writes took, the oldest overwritten first. */
  readonly #syncMs: number[] = [0];
  #syncs = 0;

  constructor(path: string, flags: string) {
    this.#fd = fs.openSync(path, flags, 0o600);
    this.size = fs.fstatSync(this.#fd).size;
  }

  write(bytes: Uint8Array, offset: number): void {
    let done = 0;
    while (done < bytes.length) {
      done += fs.writeSync(this.#fd, bytes, done, bytes.length - done, offset + done);
    }
    this.size = Math.max(this.size, offset + bytes.length);
  }

  readAll(): Buffer {
    return this.read(0, this.size);
  }

  read(offset: number, length: number): Buffer {
    const content = Buffer.alloc(Math.max(0, Math.min(length, this.size - offset)));
    let done = 0;
    while (done < content.length) {
      const count = fs.readSync(this.#fd, content, done, content.length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return content.subarray(0, done);
  }

  async allocate(bytes: number): Promise<void> {
    let done = 0;
    while (done < bytes) {
      const length = Math.min(zeroChunk.length, bytes - done);
      done += (await fsWrite(this.#fd, zeroChunk, 0, length, done)).bytesWritten;
    }
    await fdatasync(this.#fd);
    this.size = bytes;
  }

  sync(): Promise<void> {
    return fdatasync(this.#fd);
  }

  syncInPlace(): void {
    fs.fdatasyncSync(this.#fd);
  }

  /**
   * On a disk that syncs in a tenth of a millisecond, a trip through libuv's thread pool costs half as much again,
   * and there it would queue behind whole password hashes. So a quick disk is waited for in place, a slow one is
   * not. The quickest of the last few decides: one hiccup says nothing about a disk.
   */
  async writeDurably(bytes: Uint8Array, offset: number): Promise<void> {
    this.write(bytes, offset);
    const start = performance.now();
    if (Math.min(...this.#syncMs) < quickSyncMs) this.syncInPlace();
    else await fdatasync(this.#fd);
    this.#syncMs[this.#syncs++ % rememberedSyncs] = performance.now() - start;
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

/** The machine's own disk. */
export const diskFiles: LogFiles = {
  list: (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []),
  create: (path) => new DiskFile(path, "w+"),
  open: (path) => new DiskFile(path, "r+"),
  openReadOnly: (path) => new DiskFile(path, "r"),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  makeFolder: (path) => {
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
  },
  syncFolder(folder) {
    // Windows knows no handle on a folder and keeps its entries durable by itself.
    if (process.platform === "win32") return;
    const fd = fs.openSync(folder, "r");
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
};
