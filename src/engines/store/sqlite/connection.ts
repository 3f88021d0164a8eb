/**
 * One connection to the database with its prepared statements. Everything here is synchronous: `node:sqlite`
 * answers at once, so a command that awaits only its queries never lets another run in between.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { LRUCache } from "lru-cache";
import { assert } from "#base/assert.ts";

export type ConnectionRole = "write" | "apply" | "read" | "maintain";

/** What a statement gave: rows, or how many rows it changed. */
export interface StatementResult {
  readonly rows: Record<string, unknown>[];
  readonly changes: number | bigint | null;
}

interface Prepared {
  readonly statement: StatementSync;
  /** The names of the columns that it gives; none for a statement without rows. */
  readonly columns: readonly string[];
}

/** Only these begin a statement that a command or a read may run: no transaction control, no DDL, no PRAGMA. */
const allowedStatement = /^\s*(?:select|insert|update|delete|with|values|replace|explain)\b/i;

export class Connection {
  readonly database: DatabaseSync;
  readonly #prepared: LRUCache<string, Prepared>;
  /** Bytes of text and blobs bound so far; the writer resets it to estimate how large its batch grows. */
  boundBytes = 0;
  /** The last error that says that the disk, not the statement, is at fault; the writer resets it. */
  storageFault: Error | null = null;

  constructor(file: string, role: ConnectionRole, statementsMax: number) {
    this.database = new DatabaseSync(file, {
      readOnly: role === "read",
      // A replica that applies changesets must not run cascades or checks a second time.
      enableForeignKeyConstraints: role === "write",
      timeout: 5_000,
    });
    this.#prepared = new LRUCache({ max: statementsMax });
    this.database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY;
      PRAGMA journal_size_limit = ${64 << 20}; PRAGMA cache_size = ${role === "write" ? -32_768 : -8_192}`);
  }

  /** Runs a statement of a command or a read. */
  run(sql: string, parameters: readonly unknown[]): StatementResult {
    try {
      const { statement, columns } = this.#prepare(sql);
      const values = this.#bind(parameters);
      if (columns.length === 0) return { rows: [], changes: statement.run(...values).changes };
      const rows = statement.all(...values) as unknown as readonly unknown[][];
      return { rows: rows.map((row) => objectOf(columns, row)), changes: null };
    } catch (error) {
      if (isStorageFault(error)) this.storageFault = error;
      throw error;
    }
  }

  /** Forgets all prepared statements; after a change of the schema. */
  forgetStatements(): void {
    this.#prepared.clear();
  }

  close(): void {
    this.#prepared.clear();
    if (this.database.isOpen) this.database.close();
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    assert(allowedStatement.test(sql), `only queries may be run here, not: ${sql.slice(0, 80)}`);
    const statement = this.database.prepare(sql);
    const columns = statement.columns().map(({ name }) => name);
    // Objects come slowly and without a prototype; lists are made into the ones that every other engine gives.
    statement.setReturnArrays(true);
    const prepared = { statement, columns };
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  /** `node:sqlite` binds every number as a floating-point value, so `'a' || 5` would be 'a5.0'; a bigint stays whole. */
  #bind(parameters: readonly unknown[]): SQLInputValue[] {
    const values: unknown[] = new Array(parameters.length);
    for (let place = 0; place < parameters.length; place++) {
      const value = parameters[place];
      if (typeof value === "string") this.boundBytes += value.length;
      else if (value instanceof Uint8Array) this.boundBytes += value.byteLength;
      else assert(typeof value !== "boolean", "a boolean is stored as 0 or 1, on every engine");
      values[place] = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
    }
    return values as SQLInputValue[];
  }
}

function objectOf(columns: readonly string[], row: readonly unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let place = 0; place < columns.length; place++) object[columns[place] as string] = row[place];
  return object;
}

const storageFaults = new Set([7 /* NOMEM */, 10 /* IOERR */, 13 /* FULL */, 14 /* CANTOPEN */]);

/** Whether `error` comes from the disk (full, failing) and not from what was asked. */
export function isStorageFault(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") return storageFaults.has(errcode & 0xff);
  return typeof code === "string" && diskErrors.has(code);
}

const diskErrors = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"]);

/** An error in the form in which it crosses from a worker thread; a clone of it would lose its codes. */
export interface SentError {
  readonly message: string;
  readonly code?: unknown;
  readonly errcode?: unknown;
}

export function toSent(error: unknown): SentError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return { message: error.message, code, errcode };
}

export function fromSent(sent: SentError): Error {
  return Object.assign(new Error(sent.message), { code: sent.code, errcode: sent.errcode });
}
