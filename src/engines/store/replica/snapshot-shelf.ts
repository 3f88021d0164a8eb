/**
 * The newest snapshot that this node took, kept for members whose log ends before ours begins:
 *   snapshots/<index>-<term>.db   the copy of the database
 *   snapshots/newest.json         which one it is, its hash and its membership
 * A new one takes the old one's place at once; whoever still reads the old one can finish.
 */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import { diskFiles, type LogFiles } from "../log/files.ts";
import { isStorageFault } from "../sqlite/connection.ts";
import type { SnapshotFacts, SnapshotWorker } from "../sqlite/snapshot-tasks.ts";
import {
  type NamedSnapshot,
  readRecord,
  recordOf,
  SnapshotRecord,
  snapshotOf,
  writeRecord,
} from "./snapshot-record.ts";
import type { SnapshotFile } from "./transport.ts";

export interface StoredSnapshot extends NamedSnapshot {
  readonly schemaVersion: number;
  /** Milliseconds UTC. */
  readonly takenAt: number;
}

export interface SnapshotShelfOptions {
  /** The store's folder. */
  readonly folder: string;
  readonly worker: SnapshotWorker;
  readonly clock: Clock;
  readonly files?: LogFiles;
}

const recordName = "newest.json";
const draftName = "snapshot.part";
const StoredRecord = SnapshotRecord.extend({ schemaVersion: z.number(), takenAt: z.number() });
const readBytes = 1 << 20;

export class SnapshotShelf {
  readonly #options: SnapshotShelfOptions;
  readonly #folder: string;
  readonly #files: LogFiles;
  #newest: StoredSnapshot | null;
  #taking: Promise<StoredSnapshot> | null = null;

  /** Finds the snapshot of an earlier run, and removes what one that was cut off left behind. */
  constructor(options: SnapshotShelfOptions) {
    this.#options = options;
    this.#folder = join(options.folder, "snapshots");
    this.#files = options.files ?? diskFiles;
    this.#files.makeFolder(this.#folder);
    const record = readRecord(this.#files, this.#folder, recordName, StoredRecord);
    const found =
      record === null
        ? null
        : { ...snapshotOf(record), schemaVersion: record.schemaVersion, takenAt: record.takenAt };
    this.#newest = found !== null && this.#isThere(found) ? found : null;
    this.#removeOthers();
  }

  /** The newest snapshot; null when none was taken yet. */
  get newest(): StoredSnapshot | null {
    return this.#newest;
  }

  /** Takes a snapshot of the database as it is now or a little later; whoever asks meanwhile gets the same. */
  take(databaseFile: string): Promise<StoredSnapshot> {
    this.#taking ??= this.#take(databaseFile).finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }

  /** The newest snapshot as something to send. */
  file(): SnapshotFile | null {
    if (this.#newest === null) return null;
    const { id, bytes, sha256 } = this.#newest;
    const path = this.#pathOf(this.#newest);
    return {
      id,
      bytes,
      sha256,
      read: (offset) => fs.createReadStream(path, { start: offset, highWaterMark: readBytes }),
    };
  }

  /** Resolves when nothing is being taken. */
  async idle(): Promise<void> {
    await this.#taking?.catch(() => undefined);
  }

  async #take(databaseFile: string): Promise<StoredSnapshot> {
    const draft = join(this.#folder, draftName);
    try {
      this.#files.remove(draft);
      const facts = await this.#options.worker.copy(databaseFile, draft);
      const taken = this.#describe(facts);
      this.#files.rename(draft, this.#pathOf(taken));
      const { schemaVersion, takenAt } = taken;
      await writeRecord(this.#files, this.#folder, recordName, {
        ...recordOf(taken),
        schemaVersion,
        takenAt,
      });
      this.#newest = taken;
      this.#removeOthers();
      return taken;
    } catch (error) {
      this.#files.remove(draft);
      if (!isStorageFault(error)) throw error;
      throw new Unavailable(`a snapshot could not be written: ${error.message}`, { cause: error });
    }
  }

  #describe({ index, term, configuration, schemaVersion, bytes, sha256 }: SnapshotFacts): StoredSnapshot {
    return {
      id: {
        index,
        term,
        configuration: {
          index: configuration?.index ?? 0,
          members: configuration?.configuration.members ?? [],
        },
      },
      schemaVersion,
      bytes,
      sha256,
      takenAt: this.#options.clock.now(),
    };
  }

  #pathOf({ id }: NamedSnapshot): string {
    return join(this.#folder, fileNameOf(id));
  }

  #isThere(snapshot: NamedSnapshot): boolean {
    return fs.statSync(this.#pathOf(snapshot), { throwIfNoEntry: false })?.size === snapshot.bytes;
  }

  #removeOthers(): void {
    const kept = this.#newest === null ? [] : [recordName, fileNameOf(this.#newest.id)];
    for (const name of this.#files.list(this.#folder)) {
      if (!kept.includes(name)) this.#files.remove(join(this.#folder, name));
    }
  }
}

function fileNameOf({ index, term }: { readonly index: number; readonly term: number }): string {
  return `${index}-${term}.db`;
}
