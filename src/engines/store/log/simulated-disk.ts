/**
 * A disk in memory that behaves as badly as disks may, from a seed: at a power cut it keeps what was synced, and of the
 * rest any sectors and any beginning of the changes to its folders; it fills up, fails, and rots. For the simulator and
 * for tests that crash at every step.
 *
 * A process works with what `mount` gives it. After a crash that is dead: calls throw `PowerOff`, and what was waited
 * for never comes. The next start mounts the disk again.
 */
import { dirname } from "node:path";
import { assert, present } from "#base/assert.ts";
import type { Random } from "#base/random.ts";
import type { LogFile, LogFiles } from "./files.ts";

/** Thrown by whatever touches the disk in the moment of a crash or later with what it had opened before. */
export class PowerOff extends Error {
  override readonly name = "PowerOff";
  constructor() {
    super("this process is no more");
  }
}

export interface SimulatedDiskOptions {
  readonly random: Random;
  /** How long a sync or an allocation takes; at once when it is not given. */
  readonly delay?: () => Promise<void>;
}

const sectorBytes = 512;

export class SimulatedDisk {
  /** While true, no file can be made or grown. */
  full = false;
  /** While true, a durable write stops half-way with an error. */
  failWrites = false;
  /** While true, syncing fails, and nobody knows what of the last writes is on the disk. */
  failSyncs = false;
  /** While true, changes to folders cannot be made durable. */
  failFolderSyncs = false;
  /** While true, syncs say that they succeeded and do nothing: a disk that lies, or a sync that was forgotten. */
  ignoreSyncs = false;
  readonly #random: Random;
  readonly #delay: () => Promise<void>;
  /** Path to content: as processes see it, and as a power cut would leave it. */
  #files = new Map<string, Content>();
  #durable = new Map<string, Content>();
  #folderChanges: FolderChange[] = [];
  #epoch = 0;
  #stepsLeft: number | null = null;
  #crash: (() => void) | null = null;
  /** Calls that changed something, or made something durable, so far. */
  steps = 0;

  constructor(options: SimulatedDiskOptions) {
    this.#random = options.random;
    this.#delay = options.delay ?? (() => Promise.resolve());
  }

  /** Lets `crash` (one of the two below, and whatever else) happen right before the `steps`-th change from now on. */
  crashBefore(steps: number, crash: () => void): void {
    this.#stepsLeft = steps;
    this.#crash = crash;
  }

  /** The machine loses power: unsynced sectors and changes to folders survive or do not, as chance has it. */
  cutPower(): void {
    const kept = this.#draw(this.#folderChanges.length + 1);
    for (const change of this.#folderChanges.slice(0, kept)) change.apply(this.#durable);
    for (const content of new Set(this.#durable.values())) content.loseUnsynced(() => this.#draw(2) === 0);
    this.#files = new Map(this.#durable);
    this.#folderChanges = [];
    this.#epoch++;
    this.#stepsLeft = null;
  }

  /** The process dies and the machine goes on: what was written stays readable, synced or not. */
  kill(): void {
    this.#epoch++;
    this.#stepsLeft = null;
  }

  /** Flips one bit that is on the disk, in a file that `chosen` takes; gives where, or null when there is none. */
  rot(chosen: (path: string) => boolean): { readonly path: string; readonly offset: number } | null {
    const paths = [...this.#files.keys()].filter(chosen).sort();
    const path = paths[this.#draw(Math.max(1, paths.length))];
    const content = path === undefined ? undefined : this.#files.get(path);
    if (path === undefined || content === undefined) return null;
    const used = content.bytes.findLastIndex((byte) => byte !== 0) + 1;
    if (used === 0) return null;
    const offset = this.#draw(used);
    content.flip(offset, 1 << this.#draw(8));
    return { path, offset };
  }

  /** The disk as a process sees it that starts now. */
  mount(): LogFiles {
    const epoch = this.#epoch;
    const alive = () => {
      if (epoch !== this.#epoch) throw new PowerOff();
    };
    const machine: Machine = {
      disk: this,
      step: () => {
        alive();
        this.#step();
      },
      wait: async () => {
        await this.#delay();
        if (epoch !== this.#epoch) await new Promise(() => undefined);
      },
    };
    const open = (path: string) => {
      alive();
      return new SimulatedFile(this.#contentOf(path), machine);
    };
    return {
      list: (folder) => {
        alive();
        const names = [...this.#files.keys()].filter((path) => dirname(path) === folder);
        return names.map((path) => path.slice(folder.length + 1)).sort();
      },
      create: (path) => {
        machine.step();
        if (this.full) throw diskError("ENOSPC");
        const content = new Content();
        this.#change(dirname(path), (files) => files.set(path, content));
        return new SimulatedFile(content, machine);
      },
      open,
      openReadOnly: open,
      rename: (from, to) => {
        machine.step();
        const content = this.#contentOf(from);
        this.#change(dirname(to), (files) => {
          files.delete(from);
          files.set(to, content);
        });
      },
      remove: (path) => {
        machine.step();
        if (this.#files.has(path)) this.#change(dirname(path), (files) => files.delete(path));
      },
      // Folders are there as soon as a file names them.
      makeFolder: alive,
      syncFolder: (folder) => {
        machine.step();
        if (this.failSyncs || this.failFolderSyncs) throw diskError("EIO");
        if (this.ignoreSyncs) return;
        // Changes reach the disk in order, so that those before go with it, in other folders too.
        const last = this.#folderChanges.findLastIndex((change) => change.folder === folder);
        for (const change of this.#folderChanges.splice(0, last + 1)) change.apply(this.#durable);
      },
    };
  }

  #contentOf(path: string): Content {
    const content = this.#files.get(path);
    if (content === undefined) throw diskError("ENOENT");
    return content;
  }

  #change(folder: string, apply: (files: Map<string, Content>) => void): void {
    apply(this.#files);
    this.#folderChanges.push({ folder, apply });
  }

  #step(): void {
    this.steps++;
    if (this.#stepsLeft === null || --this.#stepsLeft > 0) return;
    this.#crash?.();
    throw new PowerOff();
  }

  #draw(below: number): number {
    const bytes = this.#random.bytes(4);
    return Buffer.from(bytes).readUInt32LE(0) % below;
  }
}

interface FolderChange {
  readonly folder: string;
  readonly apply: (files: Map<string, Content>) => void;
}

interface Write {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The bytes of a file: as read, and as they are on the disk, with the writes in between. */
class Content {
  bytes: Buffer = Buffer.alloc(0);
  #durable: Buffer = Buffer.alloc(0);
  #unsynced: Write[] = [];
  /** Writes so far, and how many of them are on the disk. */
  writes = 0;
  #synced = 0;

  write(offset: number, bytes: Uint8Array): void {
    const write = { offset, bytes: Buffer.from(bytes) };
    this.bytes = written(this.bytes, write);
    this.#unsynced.push(write);
    this.writes++;
  }

  /** The first `writes` of all writes are on the disk. */
  sync(writes: number): void {
    const coming = this.#unsynced.splice(0, Math.max(0, writes - this.#synced));
    for (const write of coming) this.#durable = written(this.#durable, write);
    this.#synced += coming.length;
  }

  loseUnsynced(survives: () => boolean): void {
    for (const { offset, bytes } of this.#unsynced) {
      for (let place = 0; place < bytes.length; ) {
        const length = Math.min(sectorBytes - ((offset + place) % sectorBytes), bytes.length - place);
        const sector = { offset: offset + place, bytes: bytes.subarray(place, place + length) };
        if (survives()) this.#durable = written(this.#durable, sector);
        place += length;
      }
    }
    this.#unsynced = [];
    this.#synced = this.writes;
    this.bytes = Buffer.from(this.#durable);
  }

  flip(offset: number, mask: number): void {
    for (const bytes of [this.bytes, this.#durable]) {
      if (offset < bytes.length) bytes[offset] = present(bytes[offset], "the byte is there") ^ mask;
    }
  }
}

function written(content: Buffer, { offset, bytes }: Write): Buffer {
  const end = offset + bytes.length;
  let into = content;
  if (end > content.length) {
    into = Buffer.alloc(end);
    into.set(content);
  }
  into.set(bytes, offset);
  return into;
}

interface Machine {
  readonly disk: SimulatedDisk;
  /** Throws when the process of this handle is no more. */
  readonly step: () => void;
  /** Takes the time that a sync takes, and never ends when the process dies meanwhile. */
  readonly wait: () => Promise<void>;
}

class SimulatedFile implements LogFile {
  readonly #content: Content;
  readonly #machine: Machine;

  constructor(content: Content, machine: Machine) {
    this.#content = content;
    this.#machine = machine;
  }

  get size(): number {
    return this.#content.bytes.length;
  }

  write(bytes: Uint8Array, offset: number): void {
    this.#machine.step();
    this.#content.write(offset, bytes);
  }

  readAll(): Buffer {
    return Buffer.from(this.#content.bytes);
  }

  read(offset: number, length: number): Buffer {
    return Buffer.from(this.#content.bytes.subarray(offset, offset + length));
  }

  async allocate(bytes: number): Promise<void> {
    assert(this.size === 0, "a new file is given its room");
    if (this.#machine.disk.full) throw diskError("ENOSPC");
    this.write(new Uint8Array(bytes), 0);
    await this.sync();
  }

  async sync(): Promise<void> {
    this.#machine.step();
    const { writes } = this.#content;
    await this.#machine.wait();
    this.#synced(writes);
  }

  syncInPlace(): void {
    this.#machine.step();
    this.#synced(this.#content.writes);
  }

  #synced(writes: number): void {
    const { failSyncs, ignoreSyncs } = this.#machine.disk;
    if (failSyncs) throw diskError("EIO");
    if (!ignoreSyncs) this.#content.sync(writes);
  }

  async writeDurably(bytes: Uint8Array, offset: number): Promise<void> {
    if (this.#machine.disk.failWrites) {
      this.write(bytes.subarray(0, bytes.length >> 1), offset);
      throw diskError("ENOSPC");
    }
    this.write(bytes, offset);
    await this.sync();
  }

  close(): void {
    // Closing changes nothing on the disk.
  }
}

function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: the disk of this test failed`), { code });
}
