/**
 * One number for all that a replica holds, so that two of them can be compared at the same entry of the log. It depends
 * on rows alone: not on where they lie in the file, in which order they came, or what is this node's own (`_meta`).
 */
import { createHash, type Hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { readMeta } from "../sqlite/meta.ts";

/** A state that is held fast while it is read; commands go on beside it. */
export interface HeldState {
  /** The entry of the log that it stands at. */
  readonly index: number;
  /** Hexadecimal digits; rejects when the database cannot be read, or when `release` came first. */
  readonly hash: Promise<string>;
  /** Lets go of the state, finished or not; resolves when nothing of the file is open any more. */
  release(): Promise<void>;
}

export interface StateHasher {
  /** Resolves, soon, with the state that is committed now; nothing needs to stand still after that. */
  hold(databaseFile: string): Promise<HeldState>;
}

/** Does the work where it is called, in one go. */
export const stateHashInPlace: StateHasher = {
  async hold(databaseFile) {
    const { index, steps } = holdState(databaseFile);
    let next = steps.next();
    while (next.done !== true) next = steps.next();
    return { index, hash: Promise.resolve(next.value), release: () => Promise.resolve() };
  },
};

/** Steps of a scan; each reads a few rows, the last one gives the hash and closes the database. */
export type HashSteps = Generator<void, string, void>;

/** Holds the state that is committed now, until `steps` has come to its end or its `return` was called. */
export function holdState(databaseFile: string): { readonly index: number; readonly steps: HashSteps } {
  const database = new DatabaseSync(databaseFile, { readOnly: true, timeout: 5_000 });
  try {
    database.exec("PRAGMA cache_size = -4096; BEGIN");
    const { index } = readMeta(database);
    const steps = scanned(database);
    // Begun, so that giving it up closes the database too.
    steps.next();
    return { index, steps };
  } catch (error) {
    database.close();
    throw error;
  }
}

function* scanned(database: DatabaseSync): HashSteps {
  try {
    yield;
    return yield* hashOf(database);
  } finally {
    database.close();
  }
}

const ownTables = new Set(["_meta"]);
const chunkBytes = 64 << 10;

function* hashOf(database: DatabaseSync): HashSteps {
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all() as { name: string }[];
  const rows = new RowHash();
  for (const { name } of tables) if (!ownTables.has(name)) yield* hashTable(database, name, rows);
  return rows.digest();
}

function* hashTable(database: DatabaseSync, table: string, rows: RowHash): Generator<void, void, void> {
  const columns = database.prepare("SELECT name, pk FROM pragma_table_info(?)").all(table) as {
    name: string;
    pk: number;
  }[];
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  rows.add([table, ...columns.map(({ name }) => name)]);
  const statement = database.prepare(
    `SELECT ${columns.map(({ name }) => quoted(name)).join(", ")} FROM ${quoted(table)}
     ORDER BY ${key.map(({ name }) => `${quoted(name)} COLLATE BINARY`).join(", ")}`,
  );
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  for (const row of statement.iterate() as unknown as Iterable<readonly unknown[]>) {
    if (rows.add(row)) yield;
  }
}

/** Hashes lists of values, so that no two different ones look alike: each value bears its type and its length. */
class RowHash {
  readonly #hash: Hash = createHash("sha256");
  readonly #chunk = Buffer.alloc(chunkBytes);
  #used = 0;

  /** True when a chunk has become full. */
  add(values: readonly unknown[]): boolean {
    const before = this.#used;
    this.#count(0x52, values.length);
    for (const value of values) this.#value(value);
    return this.#used < before;
  }

  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #value(value: unknown): void {
    if (value === null) this.#count(0, 0);
    else if (typeof value === "bigint") {
      this.#need(9);
      this.#chunk[this.#used++] = 1;
      this.#used = this.#chunk.writeBigInt64LE(value, this.#used);
    } else if (typeof value === "number") {
      this.#need(9);
      this.#chunk[this.#used++] = 2;
      this.#used = this.#chunk.writeDoubleLE(value, this.#used);
    } else if (typeof value === "string") this.#text(value);
    else this.#bytes(4, value as Uint8Array);
  }

  #text(value: string): void {
    // Three bytes at most for each unit of a string.
    if (value.length * 3 + 5 > chunkBytes) {
      this.#bytes(3, Buffer.from(value));
      return;
    }
    this.#need(value.length * 3 + 5);
    const length = this.#chunk.write(value, this.#used + 5);
    this.#chunk[this.#used] = 3;
    this.#chunk.writeUInt32LE(length, this.#used + 1);
    this.#used += 5 + length;
  }

  #bytes(kind: number, value: Uint8Array): void {
    this.#count(kind, value.length);
    if (value.length > chunkBytes) {
      this.#flush();
      this.#hash.update(value);
      return;
    }
    this.#need(value.length);
    this.#chunk.set(value, this.#used);
    this.#used += value.length;
  }

  #count(kind: number, length: number): void {
    this.#need(5);
    this.#chunk[this.#used] = kind;
    this.#chunk.writeUInt32LE(length, this.#used + 1);
    this.#used += 5;
  }

  #need(bytes: number): void {
    if (this.#used + bytes > chunkBytes) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#chunk.subarray(0, this.#used));
    this.#used = 0;
  }
}
