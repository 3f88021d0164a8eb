/**
 * Our Kysely dialect for `node:sqlite`. A lease is the handle that one command or one read works with: a Kysely
 * `Transaction` on a connection that somebody else began and will end. The driver answers synchronously, so
 * that awaiting a query costs microtasks only, and a lease that was given back refuses to work.
 */
import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
} from "kysely";
import { AssertionError, assert } from "#base/assert.ts";
import { runCompiled } from "../port.ts";
import type { Connection, StatementResult } from "./connection.ts";

const adapter = new SqliteAdapter();
const compiler = new SqliteQueryCompiler();

/** Kysely's side of a connection that is lent for one command or one read. */
export class Lease implements ConnectionProvider, DatabaseConnection {
  readonly database: Transaction<unknown>;
  readonly #connection: Connection;
  #open = true;
  /** The last statement that failed and was not undone with its savepoint; a command must not go on after it. */
  failure: unknown = null;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.database = new Transaction({
      config: { dialect },
      dialect,
      driver,
      executor: new DefaultQueryExecutor(compiler, adapter, this),
    });
    Object.defineProperty(this.database, runCompiled, {
      value: (sql: string, parameters: readonly unknown[]) => this.#run(sql, parameters).rows,
    });
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Makes every later query through this lease fail. */
  giveBack(): void {
    this.#open = false;
  }

  provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    return consumer(this);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = this.#run(query.sql, query.parameters);
    return changes === null ? { rows: rows as R[] } : { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  #run(sql: string, parameters: readonly unknown[]): StatementResult {
    assert(this.#open, "a query came after the command or read that it belongs to had ended");
    try {
      return this.#connection.run(sql, parameters);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /** All rows at once: an iterator left open would hold its snapshot and keep the write-ahead log from shrinking. */
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}

const byStore = async (): Promise<never> => {
  throw new AssertionError("transactions and connections belong to the store, not to what runs in it");
};

const driver: Driver = {
  init: async () => undefined,
  acquireConnection: byStore,
  beginTransaction: byStore,
  commitTransaction: byStore,
  rollbackTransaction: byStore,
  releaseConnection: byStore,
  destroy: byStore,
};

/** What Kysely asks of a dialect; connections come from leases alone. */
export const dialect: Dialect = {
  createDriver: () => driver,
  createQueryCompiler: () => compiler,
  createAdapter: () => adapter,
  createIntrospector: (database) => new SqliteIntrospector(database),
};
