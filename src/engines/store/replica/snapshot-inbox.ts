/**
 * Takes in snapshots that another member sends, so that a broken link costs only what was not durable yet:
 *   incoming/snapshot.part   the bytes so far
 *   incoming/record.json     which snapshot they belong to, and how many of them are durable
 * A snapshot counts once it is whole, has the hash that was announced, and is a sound database of this very store; what
 * is not is thrown away, and nothing else is touched.
 */
import { join } from "node:path";
import { z } from "zod";
import { assert } from "#base/assert.ts";
import { Unavailable } from "../../errors.ts";
import { diskFiles, type LogFile, type LogFiles } from "../log/files.ts";
import type { SnapshotFacts, SnapshotWorker } from "../sqlite/snapshot-tasks.ts";
import {
  isSameSnapshot,
  type NamedSnapshot,
  readRecord,
  recordOf,
  SnapshotRecord,
  snapshotOf,
  writeRecord,
} from "./snapshot-record.ts";

/** A snapshot that came in whole and must not be used; the message says why, for people. */
export class SnapshotRefused extends Error {
  override readonly name = "SnapshotRefused";
}

export interface SnapshotInboxOptions {
  /** The store's folder. */
  readonly folder: string;
  readonly storeId: string;
  readonly worker: SnapshotWorker;
  readonly files?: LogFiles;
  /** After so many bytes what came is made durable; a broken transfer goes on from there. */
  readonly durableEveryBytes?: number;
}

const recordName = "record.json";
const partName = "snapshot.part";
const IncomingRecord = SnapshotRecord.extend({ durable: z.number().int().nonnegative() });
const durableEveryBytesUsual = 16 << 20;

/** A transfer that is underway, and how to end it for another one. */
class Transfer {
  readonly ended: Promise<void>;
  readonly end: () => void;
  #isUnwanted = false;
  #giveUpWaiting: (() => void) | null = null;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.end = resolve;
  }

  giveWay(): void {
    this.#isUnwanted = true;
    this.#giveUpWaiting?.();
  }

  /** The next chunk, or null at the end; rejects as soon as this transfer is to give way. */
  async next(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array | null> {
    // Not a race with one promise for all chunks: that would hold on to every chunk until the end.
    const given = await new Promise<IteratorResult<Uint8Array> | null>((resolve, reject) => {
      this.#giveUpWaiting = () => resolve(null);
      if (this.#isUnwanted) resolve(null);
      else chunks.next().then(resolve, reject);
    });
    if (given === null) throw new Unavailable("another transfer of a snapshot took this one's place");
    return given.done === true ? null : given.value;
  }
}

export class SnapshotInbox {
  readonly #options: SnapshotInboxOptions;
  readonly #folder: string;
  readonly #files: LogFiles;
  /** What is being taken in, and how much of it is durable. */
  #incoming: { snapshot: NamedSnapshot; durable: number } | null;
  #checked: NamedSnapshot | null = null;
  #transfer: Transfer | null = null;

  constructor(options: SnapshotInboxOptions) {
    this.#options = options;
    this.#folder = join(options.folder, "incoming");
    this.#files = options.files ?? diskFiles;
    this.#files.makeFolder(this.#folder);
    const record = readRecord(this.#files, this.#folder, recordName, IncomingRecord);
    const isThere = this.#files.list(this.#folder).includes(partName);
    this.#incoming =
      record === null || !isThere ? null : { snapshot: snapshotOf(record), durable: record.durable };
    if (this.#incoming === null) this.discard();
  }

  /** Where a transfer of this very snapshot can go on; 0 for the start. */
  offsetOf(snapshot: NamedSnapshot): number {
    if (this.#incoming === null || !isSameSnapshot(this.#incoming.snapshot, snapshot)) return 0;
    return this.#incoming.durable;
  }

  /**
   * Takes the bytes from `offset` on. Resolves when the snapshot is whole and checked; then `checkedFile` gives it. One
   * transfer at a time: a later one ends an earlier one.
   */
  async receive(snapshot: NamedSnapshot, offset: number, source: AsyncIterable<Uint8Array>): Promise<void> {
    while (this.#transfer !== null) {
      this.#transfer.giveWay();
      await this.#transfer.ended;
    }
    const transfer = new Transfer();
    this.#transfer = transfer;
    try {
      await this.#begin(snapshot, offset);
      await this.#take(snapshot, offset, source, transfer);
      await this.#check(snapshot);
    } finally {
      this.#transfer = null;
      transfer.end();
    }
  }

  /** The file of the snapshot that was received and checked last; null when that is another one. */
  checkedFile(id: { readonly index: number; readonly term: number }): string | null {
    const { index, term } = this.#checked?.id ?? { index: -1, term: -1 };
    return index === id.index && term === id.term ? join(this.#folder, partName) : null;
  }

  /** This node has come to `index` by itself: nobody will go on sending what stands there or before. */
  forgetThrough(index: number): void {
    if (this.#transfer === null && (this.#incoming?.snapshot.id.index ?? Number.POSITIVE_INFINITY) <= index) {
      this.discard();
    }
  }

  /** Removes what has come in; also to be called once the file has been put elsewhere. */
  discard(): void {
    this.#incoming = null;
    this.#checked = null;
    // The record first: without it the bytes are nobody's.
    for (const name of [recordName, partName]) this.#files.remove(join(this.#folder, name));
    this.#files.syncFolder(this.#folder);
  }

  async #begin(snapshot: NamedSnapshot, offset: number): Promise<void> {
    const expected = this.offsetOf(snapshot);
    if (offset !== 0 && offset !== expected) {
      throw new Unavailable(`the snapshot has to go on at byte ${expected}, not at ${offset}`);
    }
    if (offset > 0) return;
    this.discard();
    this.#files.create(join(this.#folder, partName)).close();
    await this.#note(snapshot, 0);
  }

  async #take(
    snapshot: NamedSnapshot,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    transfer: Transfer,
  ): Promise<void> {
    const file = this.#files.open(join(this.#folder, partName));
    const chunks = source[Symbol.asyncIterator]();
    let end = offset;
    let durable = offset;
    try {
      for (let chunk = await transfer.next(chunks); chunk !== null; chunk = await transfer.next(chunks)) {
        this.#requireRoom(snapshot, end + chunk.length);
        file.write(chunk, end);
        end += chunk.length;
        if (end - durable < (this.#options.durableEveryBytes ?? durableEveryBytesUsual)) continue;
        durable = end;
        await this.#settle(file, snapshot, end);
      }
      await this.#settle(file, snapshot, end);
    } catch (error) {
      // Tells the sender's side that nobody listens any more; it may be stuck itself.
      chunks.return?.()?.catch(() => undefined);
      throw error;
    } finally {
      file.close();
    }
    if (end < snapshot.bytes) {
      throw new Unavailable(`the snapshot was cut off after ${end} of ${snapshot.bytes} bytes`);
    }
  }

  #requireRoom(snapshot: NamedSnapshot, end: number): void {
    if (end <= snapshot.bytes) return;
    this.discard();
    throw new SnapshotRefused(`The snapshot has more than the ${snapshot.bytes} bytes that were announced.`);
  }

  /** Makes the first `end` bytes durable, and then says so. */
  async #settle(file: LogFile, snapshot: NamedSnapshot, end: number): Promise<void> {
    await file.sync();
    await this.#note(snapshot, end);
  }

  async #note(snapshot: NamedSnapshot, durable: number): Promise<void> {
    await writeRecord(this.#files, this.#folder, recordName, { ...recordOf(snapshot), durable });
    this.#incoming = { snapshot, durable };
  }

  async #check(snapshot: NamedSnapshot): Promise<void> {
    const examined = await this.#options.worker.examine(join(this.#folder, partName));
    const problem = "problem" in examined ? examined.problem : this.#problemOf(snapshot, examined.facts);
    if (problem === null) {
      this.#checked = snapshot;
      return;
    }
    this.discard();
    throw new SnapshotRefused(problem);
  }

  #problemOf({ id, bytes, sha256 }: NamedSnapshot, facts: SnapshotFacts): string | null {
    if (facts.sha256 !== sha256 || facts.bytes !== bytes) {
      return "The snapshot changed on its way: its hash is not the one that was announced.";
    }
    if (facts.storeId !== this.#options.storeId) {
      return "The snapshot is of another cluster than this node belongs to.";
    }
    const { configuration } = facts;
    if (facts.index !== id.index || facts.term !== id.term) {
      return `The snapshot stands at entry ${facts.index} of term ${facts.term}, not at ${id.index} of term ${id.term} as announced.`;
    }
    assert(id.configuration !== null, "an announced snapshot names its membership");
    if ((configuration?.index ?? 0) !== id.configuration.index) {
      return `The snapshot holds the membership of entry ${configuration?.index ?? 0}, not of ${id.configuration.index} as announced.`;
    }
    return null;
  }
}
