/** One attempt at a command, and one read: what happens on a connection between BEGIN and its end. */
import type pg from "pg";
import { assert, present } from "#base/assert.ts";
import { Unavailable } from "#engines/errors.ts";
import type { Database, WriteTransaction } from "../port.ts";
import { clientDatabase } from "./dialect.ts";
import { isConflict, isConnectionLoss } from "./failures.ts";
import { feedLock, lockSpace } from "./migrate.ts";

/** Limits on what one command or read may make the database do. */
export const commandStatementMsMax = 10_000;
export const commandLockMsMax = 5_000;
export const readStatementMsMax = 20_000;
const idleMsMax = 10_000;

/**
 * Serializable, so that a command sees and changes the rows as if it ran alone, as it does on SQLite. Without
 * sequential scans the predicate locks stay on index pages, so that commands on different rows do not collide.
 */
const beginCommand = `begin isolation level serializable; set local enable_seqscan = off;
  set local statement_timeout = ${commandStatementMsMax}; set local lock_timeout = ${commandLockMsMax};
  set local idle_in_transaction_session_timeout = ${idleMsMax}`;

const beginRead = `begin isolation level repeatable read read only; set local statement_timeout = ${readStatementMsMax};
  set local idle_in_transaction_session_timeout = ${idleMsMax};
  select case when is_called then last_value else 0 end as position from store_feed_positions`;

export interface CommandOutcome<T> {
  readonly value: T;
  /** The last position of the feed that the command took, or null when it took none. */
  readonly lastPosition: number | null;
}

/** Runs `work` once on `client`, from BEGIN to COMMIT. Throws the conflict where a further attempt may succeed. */
export async function runCommand<T>(
  client: pg.PoolClient,
  work: (tx: WriteTransaction) => Promise<T>,
): Promise<CommandOutcome<T>> {
  /** The error after which this attempt cannot end well, even when the work has hidden it behind another. */
  let fatal: unknown = null;
  const query: Queries = async (sql, values) => {
    try {
      return await client.query(sql, values);
    } catch (error) {
      if (isConflict(error) || isConnectionLoss(error)) fatal ??= error;
      throw error;
    }
  };
  const database = clientDatabase({ query } as pg.PoolClient);
  let lastPosition: number | null = null;
  let savepoints = 0;
  const tx: WriteTransaction = {
    database: database.kysely,
    async attempt(inner) {
      savepoints += 1;
      const savepoint = `attempt_${savepoints}`;
      await query(`savepoint ${savepoint}`);
      try {
        const value = await inner();
        await query(`release savepoint ${savepoint}`);
        return value;
      } catch (error) {
        if (fatal === null) await query(`rollback to savepoint ${savepoint}; release savepoint ${savepoint}`);
        throw error;
      }
    },
    async takeFeedPositions(count) {
      assert(
        Number.isSafeInteger(count) && count >= 1,
        "the count of feed positions is a whole number from 1 on",
      );
      // The lock outlives the commit's becoming visible, so positions are seen in the order in which they are taken.
      // They come from a sequence since a counter row, under serializable isolation, would fail every command that
      // began before the last commit. What a rollback took is skipped.
      const results = await queryEach(
        query,
        `select pg_advisory_xact_lock(${lockSpace}, ${feedLock});
         select nextval('store_feed_positions') as position from generate_series(1, ${count})`,
      );
      const positions = (results[1]?.rows ?? []).map((row: { position: number }) => row.position);
      lastPosition = present(positions.at(-1), "the sequence gives positions");
      return present(positions[0], "the sequence gives positions");
    },
  };
  await query(beginCommand);
  let value: T;
  try {
    value = await work(tx);
    database.end();
    if (fatal !== null) throw fatal;
  } catch (error) {
    database.end();
    if (fatal !== null && isConnectionLoss(fatal)) throw fatal;
    await client.query("rollback");
    throw fatal ?? error;
  }
  await commit(client);
  return { value, lastPosition };
}

async function commit(client: pg.PoolClient): Promise<void> {
  let tag: string;
  try {
    tag = (await client.query("commit")).command;
  } catch (error) {
    if (!isConnectionLoss(error)) throw error;
    throw new Unavailable(
      "The connection to the database was lost while a command was being committed; whether it was done is " +
        "unknown. Send it again with the same key.",
      { retryAfterMs: 2_000, cause: error },
    );
  }
  // PostgreSQL answers the COMMIT of a transaction that has failed with a ROLLBACK and no error.
  assert(tag === "COMMIT", "a command hid an error of the database; nothing was changed");
}

/** Runs `work` on one snapshot; null when the snapshot is older than `atLeast`. */
export async function runRead<T>(
  client: pg.PoolClient,
  work: (database: Database) => Promise<T>,
  atLeast: number,
): Promise<{ readonly value: T; readonly position: number } | null> {
  const results = await queryEach((sql) => client.query(sql), beginRead);
  const row: { position: number } | undefined = results.at(-1)?.rows[0];
  const position = present(row, "the sequence of positions is there").position;
  const database = clientDatabase(client);
  try {
    return position < atLeast ? null : { value: await work(database.kysely), position };
  } finally {
    database.end();
    await client.query("rollback");
  }
}

type Queries = (sql: string, values?: unknown[]) => Promise<pg.QueryResult>;

/** Several statements in one message; their results in order. */
async function queryEach(query: Queries, sql: string): Promise<readonly pg.QueryResult[]> {
  const results: unknown = await query(sql);
  assert(Array.isArray(results), "several statements give several results");
  return results;
}
