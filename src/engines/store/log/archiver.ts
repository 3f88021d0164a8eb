/**
 * Copies committed entries of the log to a folder elsewhere, with the time of their commit, so that a backup and this
 * archive together give any later moment back. Entries that are not archived yet are not to be trimmed, unless the
 * archive fails for so long that the log would fill the disk: then it has a gap, which is said.
 */
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { type Random, systemRandom } from "#base/random.ts";
import type { Entry } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import {
  type ArchivedPiece,
  type ArchiveHead,
  listArchive,
  type Moment,
  readArchiveHead,
  writeArchived,
} from "./archive-file.ts";
import type { RaftDisk } from "./disk-port.ts";
import { diskFiles, type LogFiles } from "./files.ts";

export interface ArchiverOptions {
  /** Made when it is not there; best on another disk than the data folder. */
  readonly folder: string;
  readonly storeId: string;
  readonly disk: Pick<RaftDisk, "start" | "last" | "entries" | "bytes">;
  /** Up to which entry the state has come: what is archived is committed. */
  readonly position: () => number;
  readonly clock: Clock;
  readonly onTrouble: (message: string) => void;
  /** How much of the time between a commit and its copy in the archive a lost disk may cost. */
  readonly everyMs?: number;
  /** Files whose newest entry is older than this are removed; null keeps them for ever. */
  readonly keepMs?: number | null;
  /** A log larger than this is trimmed although the archive lacks it. */
  readonly logBytesMax?: number;
  readonly files?: LogFiles;
  readonly random?: Random;
}

const sampleMs = 1_000;
const everyMsUsual = 60_000;
const logBytesMaxUsual = 1 << 30;
const pieceBytesMax = 4 << 20;
const pieceEntriesMax = 100_000;

export class Archiver {
  readonly #options: ArchiverOptions;
  readonly #files: LogFiles;
  /** Everything up to here is in the archive, or never will be. */
  #through: number;
  #moments: Moment[] = [];
  #stopTimer: (() => void) | null = null;
  #writtenAt: number;
  #writing: Promise<void> = Promise.resolve();
  #isWriting = false;
  /** Whether it is known what the folder holds of this store already; it may be out of reach at the start. */
  #isReady = false;
  #trouble: string | null = null;

  constructor(options: ArchiverOptions) {
    this.#options = options;
    this.#files = options.files ?? diskFiles;
    this.#through = options.disk.start.index;
    this.#writtenAt = options.clock.monotonic();
    this.#sample();
  }

  /** Up to which entry the log may be trimmed, when all else would allow `index`. */
  trimIndex(index: number): number {
    const { disk, logBytesMax = logBytesMaxUsual } = this.#options;
    if (index <= this.#through || disk.bytes <= logBytesMax) return Math.min(index, this.#through);
    this.#leaveGap(index, "the log would have filled the disk");
    return index;
  }

  /** Why nothing can be archived at present, or null. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  /** Archives what there is, and stops. */
  async close(): Promise<void> {
    this.#stopTimer?.();
    await this.#writing;
    this.#note();
    await this.#write();
  }

  #leaveGap(through: number, why: string): void {
    this.#options.onTrouble(
      `The log's archive in ${this.#options.folder} lacks the entries ${this.#through + 1} to ${through}, since ${why}. Make a new backup: from an older one, moments behind this gap cannot be restored with this archive alone.`,
    );
    this.#through = through;
    this.#moments = this.#moments.filter(({ index }) => index > through);
  }

  #sample(): void {
    this.#stopTimer = this.#options.clock.after(sampleMs, () => this.#sample());
    this.#note();
    const { clock, everyMs = everyMsUsual } = this.#options;
    const isDue = clock.monotonic() - this.#writtenAt >= everyMs;
    if (isDue && !this.#isWriting) this.#writing = this.#write();
  }

  /** Writes down up to where everything is committed by now. */
  #note(): void {
    const index = this.#options.position();
    const newest = this.#moments.at(-1)?.index ?? this.#through;
    if (index > newest) this.#moments.push({ index, ms: this.#options.clock.now() });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      this.#getReady();
      while (this.#moments.length > 0) await this.#writePiece();
      this.#removeOld();
      this.#trouble = null;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#trouble === null) {
        this.#options.onTrouble(
          `The log cannot be archived to ${this.#options.folder}: ${reason}. It is kept until it can, within its limit.`,
        );
      }
      this.#trouble = reason;
    } finally {
      this.#writtenAt = this.#options.clock.monotonic();
      this.#isWriting = false;
    }
  }

  async #writePiece(): Promise<void> {
    const { disk, storeId, folder, random = systemRandom } = this.#options;
    // A snapshot was put into force: what it skipped is nowhere in this log.
    if (disk.start.index > this.#through) this.#leaveGap(disk.start.index, "this node was given a snapshot");
    this.#moments = this.#moments.filter(({ index }) => index > this.#through);
    const newest = this.#moments.at(-1);
    if (newest === undefined) return;
    const to = Math.min(newest.index, this.#through + pieceEntriesMax);
    const entries = disk.entries(this.#through + 1, to, pieceBytesMax);
    const last = (entries.at(-1) as Entry).index;
    const moments = this.#moments.filter(({ index }) => index <= last);
    // The time of the last entry is that of the next sample, which may lie beyond this piece.
    const next = this.#moments.find(({ index }) => index > last);
    if (moments.at(-1)?.index !== last && next !== undefined) moments.push({ index: last, ms: next.ms });
    await writeArchived({ files: this.#files, folder, random }, { storeId, moments }, entries);
    this.#through = last;
    this.#moments = this.#moments.filter(({ index }) => index > last);
  }

  /** Goes on behind what the folder holds of this store already. */
  #getReady(): void {
    if (this.#isReady) return;
    this.#files.makeFolder(this.#options.folder);
    this.#through = Math.max(this.#through, this.#archivedBefore());
    this.#isReady = true;
  }

  /** Up to which entry an unbroken row of files covers what the log begins after. */
  #archivedBefore(): number {
    const { folder, storeId, disk } = this.#options;
    let through = disk.start.index;
    for (const piece of listArchive(this.#files, folder)) {
      if (piece.last <= through || piece.first > through + 1) continue;
      if (this.#headOf(piece)?.storeId === storeId) through = piece.last;
    }
    return through;
  }

  #removeOld(): void {
    const { folder, clock, keepMs = null } = this.#options;
    if (keepMs === null) return;
    // Files are in order, so that the first one that is new enough ends it.
    for (const piece of listArchive(this.#files, folder)) {
      const newest = this.#headOf(piece)?.moments.at(-1);
      if (newest === undefined || newest.ms > clock.now() - keepMs) return;
      this.#files.remove(join(folder, piece.name));
    }
  }

  /** Null for a file that is damaged: what it should hold is archived again where the log still has it. */
  #headOf(piece: ArchivedPiece): ArchiveHead | null {
    try {
      return readArchiveHead(this.#files, this.#options.folder, piece);
    } catch (error) {
      if (!(error instanceof DataFolderRefused)) throw error;
      this.#options.onTrouble(error.message);
      return null;
    }
  }
}
