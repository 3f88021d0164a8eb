/**
 * One generation of the database with everything that is open on it. A snapshot that is taken in becomes the next
 * generation, which takes this one's place while the store is running.
 */
import fs from "node:fs";
import type { Clock } from "#base/clock.ts";
import { Applier } from "./apply.ts";
import { Batches } from "./batch.ts";
import { Checkpointer, type CheckpointWorker } from "./checkpointer.ts";
import { Connection } from "./connection.ts";
import type { FolderPaths } from "./folder.ts";
import type { SqliteLimits } from "./limits.ts";
import { addConfigurationColumns, requireKnownFormat } from "./meta.ts";
import type { Report } from "./report.ts";
import type { TurnWatch } from "./turn-watch.ts";

export interface GenerationEvents {
  /** Everything up to this position is in the database file and synced. */
  readonly onDurable: (position: number) => void;
  readonly onTrouble: (error: unknown) => void;
}

export interface GenerationOptions {
  readonly limits: SqliteLimits;
  readonly clock: Clock;
  readonly turns: TurnWatch;
  readonly report: Report;
  readonly startCheckpointWorker: (databaseFile: string, databaseFd: number) => CheckpointWorker;
}

export class Generation {
  readonly paths: FolderPaths;
  /** Commands run here; nobody else writes with it. */
  readonly connection: Connection;
  /** Migrations and entries of the log run here: no foreign keys, nothing that fires by itself. */
  readonly applyConnection: Connection;
  readonly batches: Batches;
  readonly applier: Applier;
  readonly checkpointer: Checkpointer;
  /** A handle on the database file for syncing it, open as long as SQLite has it open. */
  readonly #databaseFd: number;

  /** Opens the database that `paths` names; refuses one that is none of ours. */
  constructor(paths: FolderPaths, options: GenerationOptions, events: GenerationEvents) {
    const { limits, clock, turns, report } = options;
    const opened: { close(): void }[] = [];
    try {
      this.paths = paths;
      // Opened before SQLite opens the file and closed after it: closing any handle of a file sets its locks free.
      const databaseFd = fs.openSync(paths.database, "r+");
      this.#databaseFd = databaseFd;
      opened.push({ close: () => fs.closeSync(databaseFd) });
      this.applyConnection = new Connection(paths.database, "apply", limits.statementsMax);
      opened.push(this.applyConnection);
      requireKnownFormat(this.applyConnection.database, paths.database);
      addConfigurationColumns(this.applyConnection.database);
      this.connection = new Connection(paths.database, "write", limits.statementsMax);
      opened.push(this.connection);
      this.batches = new Batches({ connection: this.connection, limits, clock, turns });
      this.applier = new Applier(this.applyConnection);
      this.checkpointer = new Checkpointer({
        connection: this.applyConnection,
        worker: () => options.startCheckpointWorker(paths.database, databaseFd),
        limits,
        report,
        ...events,
      });
    } catch (error) {
      for (const each of opened.reverse()) each.close();
      throw error;
    }
  }

  forgetStatements(): void {
    this.connection.forgetStatements();
    this.applyConnection.forgetStatements();
  }

  async close(): Promise<void> {
    await this.checkpointer.close();
    this.applyConnection.close();
    this.connection.close();
    fs.closeSync(this.#databaseFd);
  }
}
