/**
 * Moves what the write-ahead log holds into the database file, mostly in a worker thread so that nobody waits
 * for it, and between two batches once the log has grown beyond a second limit, so that it can start again from
 * its beginning. Only a complete checkpoint that is synced lets the commit log be trimmed.
 */
import type { Connection } from "./connection.ts";
import type { SqliteLimits } from "./limits.ts";
import { readMeta } from "./meta.ts";
import type { Report } from "./report.ts";

/** Whoever checkpoints beside the store: a thread; in the simulator, nobody at all. */
export interface CheckpointWorker {
  /** The position up to which everything is in the database file and synced; null when it did not get that far. */
  checkpoint(): Promise<number | null>;
  close(): Promise<void>;
}

export interface CheckpointerOptions {
  /** Used between batches only. */
  readonly connection: Connection;
  /** Starts the worker, once there is something to do for it. */
  readonly worker: () => CheckpointWorker;
  readonly limits: SqliteLimits;
  readonly report: Report;
  /** Everything up to this position is in the database file and synced. */
  readonly onDurable: (position: number) => void;
  readonly onTrouble: (error: unknown) => void;
}

interface WalState {
  readonly busy: number;
  readonly log: number;
  readonly checkpointed: number;
}

const frameBytes = 4096 + 24;
/** Looking costs microseconds, which a batch of one command would notice. */
const batchesPerLook = 16;

export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #look;
  #worker: CheckpointWorker | null = null;
  #working: Promise<void> | null = null;
  #alarmed = false;
  #batches = 0;
  #closing = false;
  completed = 0;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#look = options.connection.database.prepare("PRAGMA wal_checkpoint(NOOP)");
  }

  /** Looks how far the write-ahead log has grown and does what is due. */
  betweenBatches(): void {
    const { limits } = this.#options;
    if (this.#batches++ % batchesPerLook !== 0) return;
    const wal = this.#look.get() as unknown as WalState;
    const pendingBytes = (wal.log - wal.checkpointed) * frameBytes;
    const bytes = wal.log * frameBytes;
    if (this.#working !== null) return;
    if (bytes > limits.walInlineBytes) this.#inline();
    else if (pendingBytes > limits.walWorkerBytes) this.#askWorker();
    this.#watchSize(bytes);
  }

  /** A checkpoint on this thread, once the worker is idle; rejects when the disk does not take it. */
  async requireRoom(): Promise<void> {
    await this.#working;
    this.#checkpoint();
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#working;
    await this.#worker?.close();
  }

  #inline(): void {
    try {
      this.#checkpoint();
    } catch (error) {
      this.#options.onTrouble(error);
    }
  }

  #checkpoint(): void {
    const { connection, onDurable } = this.#options;
    // Nobody writes meanwhile, so that a complete checkpoint covers exactly what is committed, and SQLite syncs it.
    const { index } = readMeta(connection.database);
    const wal = connection.database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get() as unknown as WalState;
    if (wal.busy !== 0 || wal.log !== wal.checkpointed) return;
    this.completed++;
    onDurable(index);
  }

  #askWorker(): void {
    if (this.#closing) return;
    this.#worker ??= this.#options.worker();
    this.#working = this.#worker
      .checkpoint()
      .finally(() => {
        this.#working = null;
      })
      .then((durable) => {
        if (durable === null) return;
        this.completed++;
        this.#options.onDurable(durable);
      })
      .catch((error: unknown) => this.#options.onTrouble(error));
  }

  #watchSize(bytes: number): void {
    const isLarge = bytes > this.#options.limits.walAlarmBytes;
    if (isLarge && !this.#alarmed) {
      this.#options.report({
        level: "warn",
        event: "wal-large",
        message: `The write-ahead log has grown to ${bytes >> 20} MiB: a read that never ends keeps it from being emptied.`,
        facts: { bytes },
      });
    }
    this.#alarmed = isLarge;
  }
}
