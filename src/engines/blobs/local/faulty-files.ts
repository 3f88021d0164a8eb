/**
 * A file system that fails on purpose, for tests: it dies at a chosen step, as a kill -9 would, and can then lose
 * whatever was not synced, as a power cut may. Below it are real files in a temporary folder.
 */
import { link, mkdtemp, rename, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type FileFacts, type FilePort, isCode, nodeFiles, type PortFile } from "./file-port.ts";

/** What every call ends in from the chosen step on. */
export class Crash extends Error {
  override readonly name = "Crash";
}

export class FaultyFiles implements FilePort {
  /** Steps taken so far; each is a moment before which the machine may die. */
  steps = 0;
  /** What the disk under the folder still takes; less and less as bytes are written. Infinite when null. */
  room: number | null = null;
  readonly #dieAt: number;
  readonly #attic: string;
  /** For each file with bytes that were not synced: how many of it were. */
  readonly #synced = new Map<string, number>();
  /** For each folder with changes that were not synced: how to undo them. */
  readonly #undo = new Map<string, (() => Promise<void>)[]>();
  #kept = 0;

  private constructor(dieAt: number, attic: string) {
    this.#dieAt = dieAt;
    this.#attic = attic;
  }

  static async open(dieAt: number): Promise<FaultyFiles> {
    return new FaultyFiles(dieAt, await mkdtemp(join(tmpdir(), "lyceum-attic-")));
  }

  get isDead(): boolean {
    return this.steps >= this.#dieAt;
  }

  /** Throws away all that was not synced. */
  async cutPower(): Promise<void> {
    for (const [path, bytes] of this.#synced)
      await truncate(path, bytes).catch((error: unknown) => {
        if (!isCode(error, "ENOENT")) throw error;
      });
    for (const undos of this.#undo.values()) for (const undo of undos.toReversed()) await undo();
  }

  async dispose(): Promise<void> {
    await rm(this.#attic, { recursive: true });
  }

  async open(path: string, mode: "create" | "update" | "read"): Promise<PortFile> {
    const before = await nodeFiles.stat(path);
    if (before === null && mode === "create") {
      this.#step();
      this.#willUndo(dirname(path), () => nodeFiles.unlink(path));
    }
    const file = await nodeFiles.open(path, mode);
    return new FaultyFile(file, {
      step: () => this.#step(),
      isDead: () => this.isDead,
      takeRoom: (bytes) => this.#takeRoom(bytes),
      onWrite: async () => {
        if (!this.#synced.has(path)) this.#synced.set(path, (await file.stat()).bytes);
      },
      onSync: () => this.#synced.delete(path),
    });
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step();
    const old = await this.#keep(to);
    await nodeFiles.rename(from, to);
    this.#willUndo(dirname(to), async () => {
      await rename(to, from);
      if (old !== null) await rename(old, to);
    });
    const synced = this.#synced.get(from);
    this.#synced.delete(from);
    if (synced !== undefined) this.#synced.set(to, synced);
  }

  async unlink(path: string): Promise<void> {
    this.#step();
    const old = await this.#keep(path);
    await nodeFiles.unlink(path);
    if (old !== null) this.#willUndo(dirname(path), () => rename(old, path));
  }

  async makeFolder(path: string): Promise<void> {
    this.#step();
    await nodeFiles.makeFolder(path);
  }

  async syncFolder(path: string): Promise<void> {
    this.#step();
    this.#undo.delete(path);
  }

  list(path: string): Promise<string[]> {
    return nodeFiles.list(path);
  }

  stat(path: string): Promise<FileFacts | null> {
    return nodeFiles.stat(path);
  }

  async freeBytes(): Promise<number> {
    return Number.MAX_SAFE_INTEGER;
  }

  #step(): void {
    if (this.isDead) throw new Crash("the machine is off");
    this.steps++;
  }

  #takeRoom(bytes: number): void {
    if (this.room === null) return;
    if (bytes > this.room) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    this.room -= bytes;
  }

  /** Keeps what is at `path`, under another name, so that its loss can be undone. */
  async #keep(path: string): Promise<string | null> {
    if ((await nodeFiles.stat(path)) === null) return null;
    const kept = join(this.#attic, String(this.#kept++));
    await link(path, kept);
    return kept;
  }

  #willUndo(folder: string, undo: () => Promise<void>): void {
    this.#undo.set(folder, [...(this.#undo.get(folder) ?? []), undo]);
  }
}

interface Hooks {
  readonly step: () => void;
  readonly isDead: () => boolean;
  readonly takeRoom: (bytes: number) => void;
  readonly onWrite: () => Promise<void>;
  readonly onSync: () => void;
}

class FaultyFile implements PortFile {
  readonly #file: PortFile;
  readonly #hooks: Hooks;

  constructor(file: PortFile, hooks: Hooks) {
    this.#file = file;
    this.#hooks = hooks;
  }

  async write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    const all = Buffer.concat(chunks);
    await this.#hooks.onWrite();
    this.#hooks.step();
    // The first half may be on the disk when the rest is not.
    const half = all.subarray(0, all.byteLength >> 1);
    await this.#file.write([half], position);
    this.#hooks.takeRoom(all.byteLength);
    this.#hooks.step();
    await this.#file.write([all.subarray(half.byteLength)], position + half.byteLength);
  }

  async truncate(bytes: number): Promise<void> {
    await this.#hooks.onWrite();
    this.#hooks.step();
    await this.#file.truncate(bytes);
  }

  async sync(): Promise<void> {
    this.#hooks.step();
    this.#hooks.onSync();
  }

  async setChangedAt(at: number): Promise<void> {
    this.#hooks.step();
    await this.#file.setChangedAt(at);
  }

  read(buffer: Uint8Array, position: number): Promise<number> {
    return this.#file.read(buffer, position);
  }

  stat(): Promise<FileFacts> {
    return this.#file.stat();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
