/**
 * Reads of a store that another process has open: for reads that may take long and run in a process of their
 * own, which can be killed (a query of SQLite cannot be interrupted from Node).
 */
import fs from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { Answer, Database, ReadOptions } from "../port.ts";
import { Connection } from "./connection.ts";
import { currentGeneration, pathsOf } from "./folder.ts";
import { type SqliteLimits, sqliteLimits } from "./limits.ts";
import { readMeta, requireKnownFormat } from "./meta.ts";
import { Readers } from "./readers.ts";
import { divergedName } from "./rebuild.ts";
import { TurnWatch } from "./turn-watch.ts";

export interface StoreReader {
  read<T>(work: (database: Database) => Promise<T>, options?: ReadOptions): Promise<Answer<T>>;
  close(): Promise<void>;
}

export interface StoreReaderOptions {
  readonly folder: string;
  readonly clock?: Clock;
  readonly limits?: Partial<SqliteLimits>;
}

/** Opens the store in `folder` for reading, beside the process that has it open for writing. */
export function openSqliteReader(options: StoreReaderOptions): StoreReader {
  let reading = openGeneration(options);
  return {
    async read(work, readOptions) {
      // A snapshot that was taken in is the next generation; this one is nobody's any more.
      if (currentGeneration(options.folder) !== reading.generation) {
        const outdated = reading;
        reading = openGeneration(options);
        await outdated.close();
      }
      return reading.read(work, readOptions);
    },
    close: () => reading.close(),
  };
}

function openGeneration(options: StoreReaderOptions): StoreReader & { readonly generation: string } {
  const generation = currentGeneration(options.folder);
  if (generation === null) {
    throw new DataFolderRefused(`${options.folder} holds no store yet: start the server first.`);
  }
  const paths = pathsOf(options.folder, generation);
  const file = paths.database;
  const watcher = new Connection(file, "read", 8);
  requireKnownFormat(watcher.database, file);
  const readers = new Readers({
    file,
    limits: { ...sqliteLimits, ...options.limits },
    clock: options.clock ?? systemClock,
    turns: new TurnWatch(),
    position: () => readMeta(watcher.database).index,
    refusal: () => (fs.existsSync(join(paths.generation, divergedName)) ? diverged() : null),
  });
  // Commits happen in the other process; the write-ahead log changes with each of them, and comes and goes.
  const changes = fs.watch(paths.generation, () => readers.committed(readMeta(watcher.database).index));
  changes.unref();
  return {
    generation,
    read: (work, readOptions) => readers.read(work, readOptions),
    async close() {
      changes.close();
      await readers.hold();
      watcher.close();
    },
  };
}

function diverged(): Unavailable {
  return new Unavailable("this node rebuilds its copy of the data");
}
