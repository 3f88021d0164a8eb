/**
 * Blobs in a folder of this machine. What it promises: an upload that was said to be finished is there after a power
 * cut, byte for byte; one that was not can be resumed from its last durable byte, or expires; nothing else is left.
 *
 *     uploads/<id>.json   the record; replaced in one step        blobs/ab/cd/<sha256>   the bytes of a blob
 *     uploads/<id>.part   the bytes so far
 *
 * Finishing goes: bytes durable, then the record that says so with the hash, then the bytes renamed to their final
 * place. A crash between the last two is mended at the next start. Bytes that are there already are put in place
 * all the same: they have just been hashed, the old ones may have rotted since.
 */
import { createHash, type Hash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { assert } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import { uuidPattern, uuidv7 } from "#base/ids.ts";
import type { Random } from "#base/random.ts";
import { Unavailable } from "#engines/errors.ts";
import { cleanFileName } from "../file-name.ts";
import {
  BlobError,
  type BlobStat,
  type BlobStore,
  type FinishedUpload,
  type Sha256,
  type Upload,
} from "../port.ts";
import { type FilePort, isCode, nodeFiles, type PortFile, sayWhenFull } from "./file-port.ts";
import { mediaTypeOf } from "./media-type.ts";
import {
  type BlobLimits,
  type BlobReport,
  defaultBlobLimits,
  type LocalBlobStoreOptions,
} from "./options.ts";
import { type Places, placeBlob, placesIn } from "./places.ts";
import { BlobReader } from "./read-blob.ts";
import { recoverUploads } from "./recover.ts";
import { takeBlob } from "./take-blob.ts";
import { Interruption, takeBytes } from "./take-bytes.ts";
import { saveRecord, type UploadRecord } from "./upload-record.ts";

/** The files of this machine, with what the files of a group do to them. */
export interface LocalBlobs extends BlobStore {
  /**
   * Takes in a blob of another node, in the place of what is here. Throws `BlobError` `damaged` when the bytes are not
   * the blob's, and what broke `source` off; then nothing has changed.
   */
  take(blob: BlobStat, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** Counts the blob as come in just now, so that it is not collected soon; false when it is not here. */
  touch(sha256: Sha256): Promise<boolean>;
}

/** Opens the folder, made when missing, and mends what a crash has left in it. One process at a time may have it. */
export async function openLocalBlobStore(options: LocalBlobStoreOptions): Promise<LocalBlobs> {
  const files = options.files ?? nodeFiles;
  const places = placesIn(options.folder);
  await files.makeFolder(places.uploads);
  await files.makeFolder(places.blobs);
  const records = await recoverUploads(files, places, (each) => options.report?.(each));
  return new LocalBlobStore(options, files, places, records);
}

/** An upload as this process knows it. */
interface UploadState {
  /** As on the disk. */
  record: UploadRecord;
  /** The hash of the durable bytes; null when they must be read again to know it. */
  hash: Hash | null;
  /** Set while a call works on it. */
  work: Interruption | null;
}

const sha256Pattern = /^[0-9a-f]{64}$/;

class LocalBlobStore implements LocalBlobs {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #report: (report: BlobReport) => void;
  readonly #limits: BlobLimits;
  readonly #files: FilePort;
  readonly #places: Places;
  readonly #uploads = new Map<string, UploadState>();
  readonly #running = new Set<Promise<unknown>>();
  /** Blobs of other nodes that are coming in. */
  readonly #takings = new Set<Interruption>();
  /** Per blob, the end of the queue of those who put it in place or delete it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(
    options: LocalBlobStoreOptions,
    files: FilePort,
    places: Places,
    records: readonly UploadRecord[],
  ) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#report = (each) => options.report?.(each);
    this.#limits = { ...defaultBlobLimits, ...options.limits };
    this.#files = files;
    this.#places = places;
    for (const record of records) this.#uploads.set(record.id, { record, hash: null, work: null });
  }

  async beginUpload(wish: {
    readonly owner: string;
    readonly fileName: string;
    readonly bytesExpected: number | null;
  }): Promise<Upload> {
    const { owner, bytesExpected } = wish;
    this.#demandOpen();
    this.#demandFits(bytesExpected ?? 0, null);
    this.#demandFew(owner);
    const now = this.#clock.now();
    const state: UploadState = {
      record: {
        id: uuidv7(now, this.#random),
        owner,
        fileName: cleanFileName(wish.fileName),
        bytesExpected,
        bytesDurable: 0,
        finished: null,
        expiresAt: now + this.#limits.uploadLifetimeMs,
      },
      hash: createHash("sha256"),
      work: null,
    };
    // Counted from now on, so that many begun at once do not slip through the limit together.
    this.#uploads.set(state.record.id, state);
    try {
      return await this.#working(state, async () => {
        await this.#demandRoom(bytesExpected ?? 0);
        await this.#save(state, {});
        if (bytesExpected === 0) await this.#withPart(state, (part) => this.#finish(state, part));
        return viewOf(state);
      });
    } catch (error) {
      this.#uploads.delete(state.record.id);
      throw error;
    }
  }

  async upload(id: string): Promise<Upload | null> {
    const state = this.#living(id);
    return state === null ? null : viewOf(state);
  }

  async appendToUpload(id: string, offset: number, source: AsyncIterable<Uint8Array>): Promise<Upload> {
    const state = this.#demandLiving(id);
    if (state.record.finished !== null) throw new BlobError("finished", "This upload is finished already.");
    return this.#working(state, (work) => this.#append(state, offset, source, work));
  }

  async finishUpload(id: string): Promise<Upload> {
    const state = this.#demandLiving(id);
    return this.#working(state, async () => {
      const { finished, bytesExpected, bytesDurable } = state.record;
      if (finished !== null) return viewOf(state);
      if (bytesExpected !== null && bytesExpected !== bytesDurable)
        throw new BlobError(
          "offset_mismatch",
          `Only ${bytesDurable} of ${bytesExpected} bytes have arrived.`,
        );
      await this.#withPart(state, (part) => this.#finish(state, part));
      return viewOf(state);
    });
  }

  async abandonUpload(id: string): Promise<void> {
    const state = this.#uploads.get(id);
    if (state === undefined) return;
    await this.#working(state, async () => {
      // The record first: bytes without a record are swept at the next start, a record without bytes is a riddle.
      await this.#files.unlink(this.#places.record(id));
      await this.#files.syncFolder(this.#places.uploads);
      await this.#files.unlink(this.#places.part(id));
      this.#uploads.delete(id);
    });
  }

  async stat(sha256: string): Promise<BlobStat | null> {
    if (!sha256Pattern.test(sha256)) return null;
    const facts = await this.#files.stat(this.#places.blob(sha256));
    return facts === null ? null : { sha256, bytes: facts.bytes };
  }

  async open(sha256: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    const file = await this.#openBlob(sha256);
    try {
      const { bytes } = await file.stat();
      const { start, end } = range ?? { start: 0, end: bytes - 1 };
      assert(
        range === undefined || (start >= 0 && start <= end && end < bytes),
        `bytes ${start} to ${end} do not lie in a blob of ${bytes}`,
      );
      const verify = start === 0 && end === bytes - 1;
      const onDamage = () => this.#report({ kind: "damaged", sha256 });
      return new BlobReader({ file, sha256, from: start, to: end + 1, verify, onDamage });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** One machine has no other copy. */
  async mend(): Promise<boolean> {
    return false;
  }

  async take(blob: BlobStat, source: AsyncIterable<Uint8Array>): Promise<void> {
    this.#demandOpen();
    assert(sha256Pattern.test(blob.sha256), "a blob is named by its hash");
    this.#demandFits(blob.bytes, null);
    await this.#demandRoom(blob.bytes);
    const id = uuidv7(this.#clock.now(), this.#random);
    const interruption = new Interruption();
    this.#takings.add(interruption);
    const running = this.#takeInPlace(id, blob, source, interruption);
    this.#running.add(running);
    try {
      await running;
    } catch (error) {
      throw sayWhenFull(error);
    } finally {
      this.#running.delete(running);
      this.#takings.delete(interruption);
    }
  }

  async touch(sha256: string): Promise<boolean> {
    if (!sha256Pattern.test(sha256)) return false;
    return this.#inTurn(sha256, async () => {
      if ((await this.#files.stat(this.#places.blob(sha256))) === null) return false;
      const file = await this.#files.open(this.#places.blob(sha256), "update");
      try {
        await file.setChangedAt(this.#clock.now());
      } finally {
        await file.close();
      }
      return true;
    });
  }

  async localPath(sha256: string): Promise<string> {
    if ((await this.stat(sha256)) === null) throw blobNotFound();
    return this.#places.blob(sha256);
  }

  async *list(): AsyncIterable<BlobStat & { readonly storedAt: number }> {
    const { blobs } = this.#places;
    for (const first of await this.#files.list(blobs))
      for (const second of await this.#files.list(join(blobs, first)))
        for (const sha256 of await this.#files.list(join(blobs, first, second))) {
          if (!sha256Pattern.test(sha256)) continue;
          const facts = await this.#files.stat(this.#places.blob(sha256));
          if (facts !== null) yield { sha256, bytes: facts.bytes, storedAt: facts.changedAt };
        }
  }

  async remove(sha256: string, only?: { readonly storedBefore: number }): Promise<boolean> {
    if (!sha256Pattern.test(sha256)) return false;
    return this.#inTurn(sha256, async () => {
      const path = this.#places.blob(sha256);
      const facts = await this.#files.stat(path);
      if (facts === null || (only !== undefined && facts.changedAt >= only.storedBefore)) return false;
      await this.#files.unlink(path);
      await this.#files.syncFolder(dirname(path));
      return true;
    });
  }

  async expireUploads(): Promise<number> {
    const now = this.#clock.now();
    let count = 0;
    for (const [id, { record, work }] of this.#uploads) {
      if (record.expiresAt > now || work !== null) continue;
      await this.abandonUpload(id);
      count++;
    }
    return count;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { work } of this.#uploads.values()) work?.interrupt(closing());
    for (const taking of this.#takings) taking.interrupt(closing());
    await Promise.allSettled([...this.#running, ...this.#turns.values()]);
  }

  async #takeInPlace(
    id: string,
    blob: BlobStat,
    source: AsyncIterable<Uint8Array>,
    interruption: Interruption,
  ): Promise<void> {
    const { sha256 } = blob;
    const silence = this.#watchSilence(interruption);
    try {
      await takeBlob({
        files: this.#files,
        places: this.#places,
        id,
        blob,
        source,
        interruption,
        heard: silence.heard,
        demandRoom: () => this.#demandRoom(0),
        now: this.#clock.now(),
      });
      await this.#inTurn(sha256, () => placeBlob(this.#files, this.#places, id, sha256));
    } catch (error) {
      await this.#files.unlink(this.#places.part(id));
      throw error;
    } finally {
      silence.stop();
    }
  }

  async #append(
    state: UploadState,
    offset: number,
    source: AsyncIterable<Uint8Array>,
    work: Interruption,
  ): Promise<Upload> {
    const from = state.record.bytesDurable;
    if (offset !== from)
      throw new BlobError(
        "offset_mismatch",
        `${from} bytes have arrived, so the next ones start at ${from}.`,
      );
    return this.#withPart(state, async (part) => {
      // Bytes that a failed write may have left beyond the durable ones.
      await part.truncate(from);
      const hash = state.hash ?? (await hashOf(part, from));
      // While bytes flow the hash is ahead of the record; it fits again when all that arrived is durable.
      state.hash = null;
      const checkpoint = async (bytes: number) => {
        await part.sync();
        await this.#demandRoom(0);
        await this.#save(state, { bytesDurable: bytes, expiresAt: this.#newExpiry() });
      };
      const demandFits = (bytes: number) => this.#demandFits(bytes, state.record.bytesExpected);
      const silence = this.#watchSilence(work);
      const taken = await takeBytes(
        source,
        { file: part, from, hash, demandFits, checkpoint },
        work,
        silence.heard,
      ).finally(silence.stop);
      if (taken.bytes > state.record.bytesDurable) {
        await part.sync();
        await this.#save(state, { bytesDurable: taken.bytes, expiresAt: this.#newExpiry() });
      }
      state.hash = hash;
      if (taken.bytes === state.record.bytesExpected) await this.#finish(state, part);
      else if (taken.brokenBy !== null) throw taken.brokenBy.cause;
      return viewOf(state);
    });
  }

  /** Makes a blob of the durable bytes in `part`. */
  async #finish(state: UploadState, part: PortFile): Promise<void> {
    const { id, bytesDurable } = state.record;
    const hash = state.hash ?? (await hashOf(part, bytesDurable));
    state.hash = null;
    const mediaType = await mediaTypeOf(part, bytesDurable);
    const finished: FinishedUpload = { sha256: hash.digest("hex"), bytes: bytesDurable, mediaType };
    await part.truncate(bytesDurable);
    await part.setChangedAt(this.#clock.now());
    await part.sync();
    await this.#inTurn(finished.sha256, async () => {
      await saveRecord(this.#files, this.#places.uploads, this.#places.record(id), {
        ...state.record,
        finished,
        expiresAt: this.#newExpiry(),
      });
      await placeBlob(this.#files, this.#places, id, finished.sha256);
      state.record = { ...state.record, finished, expiresAt: this.#newExpiry() };
    });
  }

  async #save(state: UploadState, change: Partial<UploadRecord>): Promise<void> {
    const record = { ...state.record, ...change };
    await saveRecord(this.#files, this.#places.uploads, this.#places.record(record.id), record);
    state.record = record;
  }

  async #withPart<T>(state: UploadState, use: (part: PortFile) => Promise<T>): Promise<T> {
    const part = await this.#files.open(this.#places.part(state.record.id), "create");
    try {
      return await use(part);
    } finally {
      await part.close();
    }
  }

  /** Runs `work` as the only one on this upload, and so that `close` waits for it. */
  async #working<T>(state: UploadState, work: (interruption: Interruption) => Promise<T>): Promise<T> {
    this.#demandOpen();
    if (state.work !== null)
      throw new BlobError(
        "busy",
        "Another connection is sending to this upload; try again when it has ended.",
      );
    const interruption = new Interruption();
    state.work = interruption;
    const running = work(interruption);
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw sayWhenFull(error);
    } finally {
      this.#running.delete(running);
      state.work = null;
    }
  }

  async #inTurn<T>(sha256: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(sha256) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(sha256, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(sha256) === turn) this.#turns.delete(sha256);
    }
  }

  /** Interrupts `work` when its sender has been silent for too long, so that a dead line does not keep it busy. */
  #watchSilence(work: Interruption): { heard: () => void; stop: () => void } {
    const { silenceMsMax } = this.#limits;
    let heardAt = this.#clock.monotonic();
    let stop = () => {};
    const watch = () => {
      const left = heardAt + silenceMsMax - this.#clock.monotonic();
      if (left > 0) stop = this.#clock.after(left, watch);
      else
        work.interrupt(
          new Unavailable("Nothing has arrived for a while. Go on with the upload where it stands."),
        );
    };
    watch();
    return {
      heard: () => {
        heardAt = this.#clock.monotonic();
      },
      stop: () => stop(),
    };
  }

  async #openBlob(sha256: string): Promise<PortFile> {
    if (!sha256Pattern.test(sha256)) throw blobNotFound();
    try {
      return await this.#files.open(this.#places.blob(sha256), "read");
    } catch (error) {
      throw isCode(error, "ENOENT") ? blobNotFound() : error;
    }
  }

  #living(id: string): UploadState | null {
    const state = uuidPattern.test(id) ? this.#uploads.get(id) : undefined;
    return state === undefined || state.record.expiresAt <= this.#clock.now() ? null : state;
  }

  #demandLiving(id: string): UploadState {
    const state = this.#living(id);
    if (state === null)
      throw new BlobError(
        "not_found",
        "There is no such upload: it was given up or has expired. Begin a new one.",
      );
    return state;
  }

  #demandFits(bytes: number, bytesExpected: number | null): void {
    const { fileBytesMax } = this.#limits;
    if (bytes > fileBytesMax)
      throw new BlobError("too_large", `A file may have at most ${fileBytesMax} bytes; this one has more.`);
    if (bytesExpected !== null && bytes > bytesExpected)
      throw new BlobError("too_large", `${bytesExpected} bytes were announced; more than that were sent.`);
  }

  #demandFew(owner: string): void {
    const { unfinishedPerOwnerMax } = this.#limits;
    let unfinished = 0;
    for (const { record } of this.#uploads.values())
      if (record.owner === owner && record.finished === null && record.expiresAt > this.#clock.now())
        unfinished++;
    if (unfinished >= unfinishedPerOwnerMax)
      throw new BlobError(
        "too_many",
        `You have ${unfinished} unfinished uploads, as many as one may have. Finish or give up one of them first.`,
      );
  }

  async #demandRoom(bytes: number): Promise<void> {
    const free = await this.#files.freeBytes(this.#places.uploads);
    if (free >= bytes + this.#limits.diskReserveBytes) return;
    throw new Unavailable(
      "The server's disk has no room for this file at present. Try again once there is room.",
      { retryAfterMs: 30_000 },
    );
  }

  #demandOpen(): void {
    if (this.#closed) throw closing();
  }

  #newExpiry(): number {
    return this.#clock.now() + this.#limits.uploadLifetimeMs;
  }
}

async function hashOf(file: PortFile, bytes: number): Promise<Hash> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(Math.min(bytes, 1024 * 1024));
  for (let position = 0; position < bytes; ) {
    const count = await file.read(
      buffer.subarray(0, Math.min(buffer.byteLength, bytes - position)),
      position,
    );
    assert(count > 0, "an upload's file holds fewer bytes than its record says");
    hash.update(buffer.subarray(0, count));
    position += count;
  }
  return hash;
}

function viewOf(state: UploadState): Upload {
  const { bytesDurable, ...record } = state.record;
  return { ...record, bytesReceived: bytesDurable };
}

function closing(): Unavailable {
  return new Unavailable("The server is going down. Go on with the upload when it is back.");
}

function blobNotFound(): BlobError {
  return new BlobError("not_found", "There is no such file.");
}
