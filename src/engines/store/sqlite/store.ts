/** The SQLite engine behind the store's port: hands each call to the part that does it. */
import fs from "node:fs";
import type { Clock } from "#base/clock.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { CommitLog } from "../log/port.ts";
import type {
  Answer,
  Database,
  Migration,
  ReadOptions,
  Store,
  StoreStatus,
  WriteTransaction,
} from "../port.ts";
import { Checkpointer } from "./checkpointer.ts";
import type { Connection } from "./connection.ts";
import type { FolderPaths } from "./folder.ts";
import type { SqliteLimits } from "./limits.ts";
import { compileMigration, pendingMigrations } from "./migration.ts";
import { Readers } from "./readers.ts";
import type { Report } from "./report.ts";
import { takeSnapshot } from "./snapshot.ts";
import { TurnWatch } from "./turn-watch.ts";
import { Writer } from "./writer.ts";

export interface SqliteStoreParts {
  readonly paths: FolderPaths;
  readonly connection: Connection;
  readonly applyConnection: Connection;
  /** A handle on the database file for syncing it, open as long as SQLite has it open. */
  readonly databaseFd: number;
  readonly log: CommitLog;
  readonly limits: SqliteLimits;
  readonly report: Report;
  readonly clock: Clock;
  /** Lets go of the folder. */
  readonly release: () => void;
}

export class SqliteStore implements Store {
  readonly engine = "sqlite";
  readonly cluster = null;
  readonly #parts: SqliteStoreParts;
  readonly #writer: Writer;
  readonly #readers: Readers;
  readonly #checkpointer: Checkpointer;
  readonly #listeners = new Set<(position: number) => void>();
  readonly #snapshots = new Set<Promise<unknown>>();
  #closed: Promise<void> | null = null;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    const { connection, applyConnection, log, limits, clock, report, paths } = parts;
    const turns = new TurnWatch();
    this.#checkpointer = new Checkpointer({
      connection: applyConnection,
      databaseFile: paths.database,
      databaseFd: parts.databaseFd,
      limits,
      report,
      onDurable: (position) => log.trimThrough(position),
      onTrouble: (error) => this.#writer.refuse("checkpoint", error),
    });
    this.#writer = new Writer({
      connection,
      applyConnection,
      log,
      limits,
      clock,
      turns,
      report,
      onCommitted: (position) => this.#committed(position),
      onSchemaChanged: () => this.#readers.forgetStatements(),
      betweenBatches: () => this.#checkpointer.betweenBatches(),
      requireRoom: () => this.#checkpointer.requireRoom(),
    });
    this.#readers = new Readers({
      file: paths.database,
      limits,
      clock,
      turns,
      position: () => this.#writer.position,
    });
  }

  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Answer<T>> {
    return this.#writer.submit(work);
  }

  read<T>(work: (database: Database) => Promise<T>, options?: ReadOptions): Promise<Answer<T>> {
    return this.#readers.read(work, options);
  }

  async migrate(migrations: readonly Migration[]): Promise<void> {
    const compiled = migrations.map(compileMigration);
    const { pending, unknown, changed } = pendingMigrations(this.#parts.connection.database, compiled);
    const { folder } = this.#parts.paths;
    if (unknown.length > 0) {
      throw new DataFolderRefused(
        `The data folder ${folder} has seen migrations that this Lyceum does not know (${unknown.join(", ")}): start the newer version that made them.`,
      );
    }
    if (changed.length > 0) {
      throw new DataFolderRefused(
        `Migrations were changed after they had run in ${folder} (${changed.join(", ")}): leave them as they were and add new ones.`,
      );
    }
    for (const migration of pending) await this.#writer.migrate(migration);
  }

  onCommit(listener: (position: number) => void): () => void {
    // Wrapped, so that the same function may listen twice.
    const own = (position: number) => listener(position);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  async snapshotTo(file: string): Promise<{ readonly position: number; readonly bytes: number }> {
    const snapshot = takeSnapshot(this.#parts.paths.database, file);
    this.#snapshots.add(snapshot);
    try {
      return await snapshot;
    } finally {
      this.#snapshots.delete(snapshot);
    }
  }

  status(): StoreStatus {
    const { paths, log } = this.#parts;
    return {
      engine: this.engine,
      position: this.#writer.position,
      queued: this.#writer.queued,
      readOnlyBecause: this.#writer.trouble,
      figures: {
        batches_total: this.#writer.counts.batches,
        commands_total: this.#writer.counts.commands,
        checkpoints_total: this.#checkpointer.completed,
        database_bytes: sizeOf(paths.database),
        log_bytes: log.bytes,
        wal_bytes: sizeOf(`${paths.database}-wal`),
      },
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { connection, applyConnection, log, databaseFd, release } = this.#parts;
    await this.#writer.close();
    await Promise.allSettled([...this.#snapshots]);
    await this.#checkpointer.close();
    this.#readers.close();
    applyConnection.close();
    connection.close();
    fs.closeSync(databaseFd);
    await log.close();
    release();
  }

  #committed(position: number): void {
    this.#readers.committed(position);
    for (const listener of [...this.#listeners]) {
      try {
        listener(position);
      } catch (error) {
        this.#parts.report({
          level: "error",
          event: "commit-listener-failed",
          message: `Something that listens to commits failed: ${String(error)}`,
          facts: { position },
        });
      }
    }
  }
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
