/**
 * The store on PostgreSQL, for schools that have outgrown one machine: commands run side by side in serializable
 * transactions and are run again where they collide; reads see one snapshot each. Nodes hold no state.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import type { Answer, Database, ReadOptions, Store, WriteTransaction } from "../port.ts";
import { valueTypes } from "./dialect.ts";
import { isConflict, isConnectionLoss, toStoreError } from "./failures.ts";
import { migrate } from "./migrate.ts";
import { runCommand, runRead } from "./transactions.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, with `sslmode` and the like as its parameters. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: { error(fields: object, message: string): void };
  /** Connections that commands may use at once. Default 8. */
  readonly writersMax?: number;
  /** Connections that reads may use at once. Default 16. */
  readonly readersMax?: number;
  /** Commands (and, apart from them, reads) under way or waiting, beyond which more are refused. Default 4096. */
  readonly queueMax?: number;
  /** After this long the database ends a statement by itself; no limit when absent. */
  readonly statementMsMax?: number;
}

/** A command that has collided this often is refused as unavailable. */
export const commandAttemptsMax = 12;
const backoffMsMax = 250;
const connectMsMax = 10_000;
const atLeastWaitMsMax = 2_000;
const atLeastPollMs = 25;
/** How often the position is looked up, to hear of what other nodes have committed. */
export const pollMs = 500;

/** Connects to the database and checks that it answers. Call `migrate` before anything else. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { clock, log, queueMax = 4_096 } = options;
  // An idle connection that breaks is replaced at its next use.
  const onIdleError = (error: Error): void => {
    if (closing === null) log.error({ err: error }, "an idle connection to the database broke");
  };
  const writers = openPool(options, options.writersMax ?? 8, onIdleError);
  const readers = openPool(options, options.readersMax ?? 16, onIdleError);
  const listeners = new Set<(position: number) => void>();
  const underWay = new Set<Promise<unknown>>();
  const counts = { writes: 0, reads: 0, retries: 0 };
  let position = 0;
  let readOnlyBecause: string | null = null;
  let closing: Promise<void> | null = null;
  let cancelPoll = (): void => {};

  function committed(seen: number): void {
    position = Math.max(position, seen);
    for (const listener of listeners) {
      try {
        listener(position);
      } catch (error) {
        log.error({ err: error }, "a listener to commits failed");
      }
    }
  }

  /** Counts the call against its limit, and lets `close` wait for it. */
  async function counted<T>(kind: "writes" | "reads", run: () => Promise<T>): Promise<T> {
    if (closing !== null) throw new Unavailable("The store is closing.");
    if (counts[kind] >= queueMax) throw new Unavailable("Too many requests wait for the database.");
    counts[kind] += 1;
    const running = run().catch((error: unknown) => {
      throw toStoreError(error);
    });
    underWay.add(running);
    try {
      return await running;
    } finally {
      underWay.delete(running);
      counts[kind] -= 1;
    }
  }

  async function write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Answer<T>> {
    try {
      const outcome = await counted("writes", async () => {
        for (let attempt = 1; ; attempt++) {
          try {
            return await withClient(writers, (client) => runCommand(client, work));
          } catch (error) {
            if (!isConflict(error)) throw error;
            if (attempt === commandAttemptsMax) {
              throw new Unavailable("Too many others are changing the same things at once.", {
                cause: error,
              });
            }
          }
          counts.retries += 1;
          await sleep(Math.random() * Math.min(backoffMsMax, 2 ** attempt * 4));
        }
      });
      readOnlyBecause = null;
      committed(outcome.lastPosition ?? 0);
      return { value: outcome.value, position };
    } catch (error) {
      if (error instanceof Unavailable && error.cause instanceof pg.DatabaseError) {
        if (/^(53100|25006)$/.test(error.cause.code ?? "")) readOnlyBecause = error.message;
      }
      throw error;
    }
  }

  function read<T>(
    work: (database: Database) => Promise<T>,
    { atLeast = 0 }: ReadOptions = {},
  ): Promise<Answer<T>> {
    return counted("reads", async () => {
      const until = performance.now() + atLeastWaitMsMax;
      for (;;) {
        const answer = await withClient(readers, (client) => runRead(client, work, atLeast));
        if (answer !== null) {
          position = Math.max(position, answer.position);
          return answer;
        }
        if (performance.now() > until)
          throw new Unavailable("This node has not caught up with what you have seen.");
        await sleep(atLeastPollMs);
      }
    });
  }

  /** Other nodes commit too; whoever waits for commits here hears of theirs by a look at the position. */
  function poll(): void {
    cancelPoll = clock.after(pollMs, () => {
      const known = position;
      read(async () => {})
        .then(
          () => {
            if (position > known) committed(position);
          },
          (error: unknown) => log.error({ err: error }, "the database's position could not be read"),
        )
        .finally(() => {
          if (closing === null) poll();
        })
        .catch((error: unknown) => log.error({ err: error }, "the look at the database's position stopped"));
    });
  }

  const store: Store = {
    engine: "postgres",
    cluster: null,
    write,
    read,
    async migrate(migrations) {
      await withClient(writers, (client) => migrate({ client, migrations, clock }));
      await read(async () => {});
      cancelPoll();
      poll();
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // Its server frees and writes anew what it keeps by its own rules (VACUUM, the write-ahead log, backups).
    leaveNoTraceOf() {},
    async snapshotTo() {
      throw new Error(
        "With PostgreSQL the database is backed up by its own tools: use pg_dump, or continuous archiving to restore " +
          "to a moment, and copy the files beside it.",
      );
    },
    status: () => ({
      engine: "postgres",
      position,
      queued: writers.waitingCount,
      readOnlyBecause,
      figures: {
        writers_open: writers.totalCount,
        readers_open: readers.totalCount,
        reads_queued: readers.waitingCount,
        conflicts_total: counts.retries,
      },
    }),
    close() {
      closing ??= (async () => {
        cancelPoll();
        await Promise.allSettled(underWay);
        await Promise.all([writers.end(), readers.end()]);
      })();
      return closing;
    },
  };
  try {
    await withClient(readers, (client) => client.query("select 1"));
  } catch (error) {
    await store.close();
    throw new Error("The PostgreSQL database of LYCEUM_DATABASE_URL cannot be opened.", { cause: error });
  }
  return store;
}

function openPool(
  { url, statementMsMax }: PostgresStoreOptions,
  max: number,
  onIdleError: (error: Error) => void,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "lyceum",
    max,
    connectionTimeoutMillis: connectMsMax,
    keepAlive: true,
    types: valueTypes,
    ...(statementMsMax === undefined ? {} : { statement_timeout: statementMsMax }),
  });
  // Without a listener the error would end the process.
  pool.on("error", onIdleError);
  return pool;
}

/** Lends a connection; one that has broken, or whose transaction may still be open, is thrown away. */
async function withClient<T>(pool: pg.Pool, use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  const onError = (): void => {
    broken = true;
  };
  client.on("error", onError);
  try {
    return await use(client);
  } catch (error) {
    broken ||= isConnectionLoss(error) || (error instanceof Unavailable && isConnectionLoss(error.cause));
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}
