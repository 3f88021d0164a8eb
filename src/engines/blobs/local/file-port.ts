/**
 * The few things that the blob store asks of a file system, so that tests can make any of them fail, tear or lose
 * what was not synced. Every call that changes something is one step that a crash may stand before or after.
 */
import type { Stats } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, stat, statfs, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { Unavailable } from "#engines/errors.ts";

export interface PortFile {
  /** Writes all of `chunks`, one after the other, from `position` on. */
  write(chunks: readonly Uint8Array[], position: number): Promise<void>;
  /** Reads into `buffer`; gives how many bytes there were, 0 at the end. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  truncate(bytes: number): Promise<void>;
  /** Returns when all that was written would survive a power cut. */
  sync(): Promise<void>;
  /** Sets the time at which the file says that it was last changed. */
  setChangedAt(at: number): Promise<void>;
  stat(): Promise<FileFacts>;
  close(): Promise<void>;
}

export interface FileFacts {
  readonly bytes: number;
  readonly changedAt: number;
}

export interface FilePort {
  /** `create` makes the file when it is missing; `update` and `read` demand it. */
  open(path: string, mode: "create" | "update" | "read"): Promise<PortFile>;
  /** Puts a file in the place of another, or where there was none, in one step. */
  rename(from: string, to: string): Promise<void>;
  /** Deletes a file; one that is not there is no error. */
  unlink(path: string): Promise<void>;
  /** Makes a folder and those above it, durably. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder; none when it is not there. */
  list(path: string): Promise<string[]>;
  /** Null when there is no such file. */
  stat(path: string): Promise<FileFacts | null>;
  /** Returns when the names in a folder (made, renamed, deleted) would survive a power cut. */
  syncFolder(path: string): Promise<void>;
  /** How many bytes the disk under `path` still takes. */
  freeBytes(path: string): Promise<number>;
}

export const nodeFiles: FilePort = {
  async open(path, mode) {
    // Not "a+": appending ignores positions. Not "w+": it would empty the file.
    if (mode !== "create") return new NodeFile(await open(path, mode === "read" ? "r" : "r+"));
    try {
      return new NodeFile(await open(path, "wx+"));
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
      return new NodeFile(await open(path, "r+"));
    }
  },
  rename,
  async unlink(path) {
    await unlink(path).catch(unlessMissing);
  },
  async makeFolder(path) {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    // A new folder is durable once each folder above it, down from the first that was made, has been synced.
    const top = dirname(first);
    for (let folder = path; folder !== top; folder = dirname(folder))
      await nodeFiles.syncFolder(dirname(folder));
  },
  async list(path) {
    return (await readdir(path).catch(unlessMissing)) ?? [];
  },
  async stat(path) {
    const stats = await stat(path).catch(unlessMissing);
    return stats === undefined ? null : factsOf(stats);
  },
  async syncFolder(path) {
    // Windows cannot open folders as files; there NTFS journals names by itself.
    if (process.platform === "win32") return;
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  async freeBytes(path) {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  },
};

class NodeFile implements PortFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    const bytesMax = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    let { bytesWritten } = await this.#handle.writev([...chunks], position);
    if (bytesWritten === bytesMax) return;
    // A write may come out short, for instance just before the disk is full; the next one then says why.
    const all = Buffer.concat(chunks);
    while (bytesWritten < bytesMax)
      bytesWritten += (await this.#handle.write(all, bytesWritten, null, position + bytesWritten))
        .bytesWritten;
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.read(buffer, 0, buffer.byteLength, position)).bytesRead;
  }

  truncate(bytes: number): Promise<void> {
    return this.#handle.truncate(bytes);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  setChangedAt(at: number): Promise<void> {
    return this.#handle.utimes(at / 1_000, at / 1_000);
  }

  async stat(): Promise<FileFacts> {
    return factsOf(await this.#handle.stat());
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Whether `error` is the operating system's error of that code. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** A full disk is nobody's fault and passes: said as such. Every other error stays what it is. */
export function sayWhenFull(error: unknown): unknown {
  if (!isCode(error, "ENOSPC", "EDQUOT")) return error;
  return new Unavailable(
    "The server's disk is full. What has arrived is kept; go on with the upload once there is room again.",
    { retryAfterMs: 30_000, cause: error },
  );
}

function factsOf(stats: Stats): FileFacts {
  return { bytes: stats.size, changedAt: Math.round(stats.mtimeMs) };
}

function unlessMissing(error: unknown): undefined {
  if (!isCode(error, "ENOENT")) throw error;
}
