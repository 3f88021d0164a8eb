/**
 * Runs one command in its savepoint: what it wrote stays or goes as a whole, and what a command must not do
 * (wait for something else, swallow an error of the database, end the transaction, overlap its attempts) makes
 * it fail as a bug instead of harming the commands beside it.
 */
import type { StatementSync } from "node:sqlite";
import { AssertionError, assert } from "#base/assert.ts";
import type { WriteTransaction } from "../port.ts";
import type { Connection } from "./connection.ts";
import { Lease } from "./dialect.ts";
import type { TurnWatch } from "./turn-watch.ts";

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** Savepoints of commands and of their attempts, prepared once. */
export class Savepoints {
  readonly command: SavepointStatements;
  readonly attempt: SavepointStatements;

  constructor(connection: Connection) {
    this.command = savepointStatements(connection, "command");
    this.attempt = savepointStatements(connection, "attempt");
  }
}

interface SavepointStatements {
  readonly begin: StatementSync;
  readonly release: StatementSync;
  readonly rollback: StatementSync;
}

function savepointStatements({ database }: Connection, name: string): SavepointStatements {
  return {
    begin: database.prepare(`SAVEPOINT ${name}`),
    release: database.prepare(`RELEASE ${name}`),
    rollback: database.prepare(`ROLLBACK TO ${name}`),
  };
}

/** Runs `work` in the open transaction. When the transaction itself is gone afterwards, the caller sees that on the connection. */
export async function runCommand<T>(
  connection: Connection,
  savepoints: Savepoints,
  turns: TurnWatch,
  work: (tx: WriteTransaction) => Promise<T>,
): Promise<Outcome<T>> {
  const { database } = connection;
  savepoints.command.begin.run();
  const lease = new Lease(connection);
  const tx = new CommandTransaction(connection, lease, savepoints.attempt);
  let outcome = await withoutWaiting("a command", turns, () => work(tx));
  lease.giveBack();
  if (!database.isTransaction) {
    const cause = outcome.ok ? lease.failure : outcome.error;
    return {
      ok: false,
      error: new AssertionError("a command ended the transaction of its batch", { cause }),
    };
  }
  const bug = tx.bug();
  if (outcome.ok && bug !== null) outcome = { ok: false, error: bug };
  if (!outcome.ok) savepoints.command.rollback.run();
  savepoints.command.release.run();
  return outcome;
}

/** Settles with what `work` gives, or with a bug as soon as the event loop turns before it has. */
export function withoutWaiting<T>(
  what: string,
  turns: TurnWatch,
  work: () => Promise<T>,
): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const stop = turns.watch(() =>
      resolve({
        ok: false,
        error: new AssertionError(
          `${what} awaited something else than its queries; gather slow facts beforehand`,
        ),
      }),
    );
    const settle = (outcome: Outcome<T>) => {
      stop();
      resolve(outcome);
    };
    try {
      work().then(
        (value) => settle({ ok: true, value }),
        (error: unknown) => settle({ ok: false, error }),
      );
    } catch (error) {
      settle({ ok: false, error });
    }
  });
}

const takePositions = "update _feed set last = last + ? returning last";

class CommandTransaction implements WriteTransaction {
  readonly database: Lease["database"];
  readonly #connection: Connection;
  readonly #lease: Lease;
  readonly #attempt: SavepointStatements;
  #depth = 0;
  #overlap: AssertionError | null = null;

  constructor(connection: Connection, lease: Lease, attempt: SavepointStatements) {
    this.#connection = connection;
    this.#lease = lease;
    this.#attempt = attempt;
    this.database = lease.database;
  }

  /** Why the command must fail although it did not throw. */
  bug(): AssertionError | null {
    if (this.#overlap !== null) return this.#overlap;
    if (this.#depth > 0) return new AssertionError("a command ended before an attempt that it had begun");
    if (this.#lease.failure !== null) return swallowed(this.#lease.failure);
    return null;
  }

  async attempt<T>(work: () => Promise<T>): Promise<T> {
    this.#requireOpen();
    const failureBefore = this.#lease.failure;
    this.#attempt.begin.run();
    const depth = ++this.#depth;
    try {
      const value = await work();
      this.#requireOpen();
      if (this.#lease.failure !== failureBefore) throw swallowed(this.#lease.failure);
      this.#end(depth, false);
      return value;
    } catch (error) {
      this.#end(depth, true);
      this.#lease.failure = failureBefore;
      throw error;
    }
  }

  async takeFeedPositions(count: number): Promise<number> {
    this.#requireOpen();
    assert(Number.isSafeInteger(count) && count > 0, "at least one position is taken");
    const { rows } = this.#connection.run(takePositions, [count]);
    return Number(rows[0]?.last) - count + 1;
  }

  #requireOpen(): void {
    assert(this.#lease.isOpen, "a transaction was used after its command had ended");
  }

  /** Ends the innermost savepoint; when that is not the one of this attempt, only failing the whole command is safe. */
  #end(depth: number, undo: boolean): void {
    if (!this.#lease.isOpen || !this.#connection.database.isTransaction || this.#overlap !== null) return;
    if (depth !== this.#depth) {
      this.#overlap = new AssertionError(
        "two attempts of a command overlap: await one before the next begins",
      );
      return;
    }
    if (undo) this.#attempt.rollback.run();
    this.#attempt.release.run();
    this.#depth--;
  }
}

function swallowed(cause: unknown): AssertionError {
  return new AssertionError("a command went on after an error of the database: use ON CONFLICT instead", {
    cause,
  });
}
