/**
 * The long work on whole database files: copying one, and looking over one that came from elsewhere. Plain functions,
 * which the store lets a thread of its own run and the simulator runs in place.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { DataFolderRefused } from "../folder-refused.ts";
import type { PlacedConfiguration } from "../replica/configurations.ts";
import { Connection } from "./connection.ts";
import { type Meta, readConfiguration, readMeta, requireKnownFormat } from "./meta.ts";

/** What a copy of the database is a copy of. */
export interface SnapshotFacts extends Meta {
  readonly configuration: PlacedConfiguration | null;
  readonly bytes: number;
  readonly sha256: string;
}

/** What was found in a file that should be a copy of the database: facts, or a sentence on why it is none. */
export type Examined = { readonly facts: SnapshotFacts } | { readonly problem: string };

/** Runs the long work somewhere; rejects with the error of the disk where that fails. */
export interface SnapshotWorker {
  /** Writes a consistent copy of the database `from` to the new file `to`, durably, while commands go on. */
  copy(from: string, to: string): Promise<SnapshotFacts>;
  /** Reads all of `file` and checks that it is a sound database of a store. */
  examine(file: string): Promise<Examined>;
}

/** Does the work where it is called; it stands still meanwhile. */
export const snapshotInPlace: SnapshotWorker = {
  copy: async (from, to) => copySnapshot(from, to),
  examine: async (file) => examineSnapshot(file),
};

/** One VACUUM INTO, which reads one snapshot of the database and holds up nobody. */
export function copySnapshot(from: string, to: string): SnapshotFacts {
  const connection = new Connection(from, "read", 8);
  try {
    connection.database.prepare("VACUUM INTO ?").run(to);
  } finally {
    connection.close();
  }
  const fd = fs.openSync(to, "r+");
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  return factsOf(to);
}

export function examineSnapshot(file: string): Examined {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      requireKnownFormat(database, file);
      const { quick_check } = database.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
      if (quick_check !== "ok") return { problem: `The snapshot ${file} is damaged: ${quick_check}.` };
    } finally {
      database.close();
    }
    return { facts: factsOf(file) };
  } catch (error) {
    if (error instanceof DataFolderRefused) return { problem: error.message };
    // Only SQLite says that a file is no database; what the disk says is not about the file.
    const { errcode } = error as { errcode?: unknown };
    if (errcode !== sqliteNotADatabase && errcode !== sqliteCorrupt && errcode !== sqliteError) throw error;
    return { problem: `${file} is no snapshot of a store: ${(error as Error).message}.` };
  }
}

const sqliteError = 1;
const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

function factsOf(file: string): SnapshotFacts {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const meta = readMeta(database);
    return { ...meta, configuration: readConfiguration(database), ...fingerprintOf(file) };
  } finally {
    database.close();
  }
}

const chunkBytes = 1 << 20;

function fingerprintOf(file: string): { bytes: number; sha256: string } {
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(chunkBytes);
  const fd = fs.openSync(file, "r");
  try {
    let bytes = 0;
    for (;;) {
      const count = fs.readSync(fd, chunk, 0, chunk.length, bytes);
      if (count === 0) return { bytes, sha256: hash.digest("hex") };
      hash.update(chunk.subarray(0, count));
      bytes += count;
    }
  } finally {
    fs.closeSync(fd);
  }
}
