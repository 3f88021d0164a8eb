/**
 * The store, as everything above it sees it: commands run one at a time in a transaction and are answered once
 * they are durable; reads see one committed snapshot. Which engine stands behind it (SQLite, on one node or on several
 * that agree by Raft, or PostgreSQL) only the composition root knows.
 */
import type { CompiledQuery, Kysely, SchemaModule } from "kysely";
import type { Cluster } from "./replica/cluster.ts";

export const runCompiled = Symbol("runCompiled");

/** A handle on some tables of the store; `tablesOf` gives it the types of the tables that the caller owns. */
export interface Database {
  readonly isTransaction: boolean;
  /** Where an engine has one: a shorter way for a query that is compiled already, giving its rows at once. */
  readonly [runCompiled]?: (sql: string, parameters: readonly unknown[]) => unknown[];
}

/**
 * Sees `database` as holding the tables of `Tables`. The only cast between the store, which knows no tables, and
 * a slice, which knows its own.
 */
export function tablesOf<Tables>(database: Database): Kysely<Tables> {
  return database as unknown as Kysely<Tables>;
}

/** What a command works with. Valid only until the work that it was given to has returned. */
export interface WriteTransaction {
  readonly database: Database;
  /**
   * Runs `work` in a savepoint of its own: when it throws, all that it wrote is undone and the error goes on to
   * the caller, whose own writes stay.
   */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Takes the next `count` positions of the feed and gives the first. Positions grow in the order of commits on
   * every engine, so a reader that has seen position n will never see a smaller one appear.
   * On PostgreSQL this holds a lock until the commit: call it last.
   */
  takeFeedPositions(count: number): Promise<number>;
}

export interface ReadOptions {
  /** The snapshot must include this position; the read waits for it, up to a limit, then is `unavailable`. */
  readonly atLeast?: number;
  /** The snapshot must include everything that was acknowledged anywhere before this read began. */
  readonly strong?: boolean;
}

export interface Answer<T> {
  readonly value: T;
  /** The store's position that the answer reflects; a client that sends it back never reads older. */
  readonly position: number;
}

/** A schema change: named `<slice>/<number>-<what>`, run once, in the order of the list, alone in its batch. */
export interface Migration {
  readonly name: string;
  /**
   * The statements, built with Kysely's schema builder; the same for every engine (`text`, `integer` for whole
   * numbers of up to 53 bits, `real`, `blob`). The engine makes tables STRICT and integers wide.
   */
  readonly up: (schema: SchemaModule) => readonly { compile(): CompiledQuery }[];
}

export interface StoreStatus {
  readonly engine: "sqlite" | "postgres";
  readonly position: number;
  /** Commands waiting to be run. */
  readonly queued: number;
  /** Why commands are refused at present (for instance a full disk), or null when they are taken. */
  readonly readOnlyBecause: string | null;
  /** Figures for the metrics page, by name; units last in the name (`log_bytes`, `wal_bytes`). */
  readonly figures: Readonly<Record<string, number>>;
}

export interface Store {
  readonly engine: "sqlite" | "postgres";
  /** The group of nodes that keeps this store, or null where the engine has none of our own. */
  readonly cluster: Cluster | null;
  /**
   * Runs `work` as one command. It resolves after the command is durable; what `work` throws rejects with
   * everything that it wrote undone. `work` may be run twice (PostgreSQL retries conflicts), may await nothing but
   * the transaction, and must not catch errors of the database.
   * Rejects with `Unavailable` when the queue or the disk is full, with `NotLeader` where another node runs commands,
   * and with `OutcomeUnknown` when leadership was lost on the way.
   */
  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Answer<T>>;
  /** Runs `work` on one snapshot of committed data. `work` may await nothing but `database`. */
  read<T>(work: (database: Database) => Promise<T>, options?: ReadOptions): Promise<Answer<T>>;
  /** Brings the schema up to `migrations`; refuses a data folder that knows a migration this list does not. */
  migrate(migrations: readonly Migration[]): Promise<void>;
  /** Calls `listener` after each commit with the new position, never inside the transaction. */
  onCommit(listener: (position: number) => void): () => void;
  /** Writes a consistent copy of the whole database to `file`, while commands go on. */
  snapshotTo(file: string): Promise<{ readonly position: number; readonly bytes: number }>;
  /**
   * Rows were deleted at `deletedAt` (milliseconds UTC) of which nothing may be left in this node's files: an engine of
   * our own sees to that at its next start; for another, whoever runs it does.
   */
  leaveNoTraceOf(deletedAt: number): void;
  status(): StoreStatus;
  /** Finishes what was begun, then releases every file and connection. */
  close(): Promise<void>;
}
