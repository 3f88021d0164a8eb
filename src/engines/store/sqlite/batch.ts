/**
 * One batch of commands in one transaction, a savepoint each: runs them, gives the changeset of what they changed, and
 * leaves the transaction open for whoever makes that durable. A command that cannot share a batch is put back to run
 * alone.
 */
import type { StatementSync } from "node:sqlite";
import { AssertionError, present } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { EntryId } from "#raft/entry.ts";
import type { Answer, WriteTransaction } from "../port.ts";
import type { PlacedConfiguration } from "../replica/configurations.ts";
import { type Outcome, runCommand, Savepoints } from "./command.ts";
import type { Connection } from "./connection.ts";
import type { SqliteLimits } from "./limits.ts";
import { writeConfiguration } from "./meta.ts";
import type { TurnWatch } from "./turn-watch.ts";

/** A command in the queue. Its type is erased here and comes back in `commandTask`, which made it. */
export interface CommandTask {
  readonly work: (tx: WriteTransaction) => Promise<unknown>;
  readonly resolve: (answer: Answer<unknown>) => void;
  readonly reject: (error: unknown) => void;
  /** Has to run in a batch of its own, because a batch that it was in had to be undone. */
  alone: boolean;
  outcome: Outcome<unknown> | null;
}

/** A command, and the promise of its answer. */
export function commandTask<T>(work: (tx: WriteTransaction) => Promise<T>): {
  readonly task: CommandTask;
  readonly answer: Promise<Answer<T>>;
} {
  const { promise, resolve, reject } = Promise.withResolvers<Answer<T>>();
  const task = {
    work,
    // The answer carries what `work` gave, so it is a T again.
    resolve: resolve as (answer: Answer<unknown>) => void,
    reject,
    alone: false,
    outcome: null,
  };
  return { task, answer: promise };
}

/** What a transaction has come to: the entry that it holds, and the membership that was decided just before. */
export interface Place extends EntryId {
  readonly configuration: PlacedConfiguration | null;
}

export interface BatchesOptions {
  readonly connection: Connection;
  readonly limits: SqliteLimits;
  readonly clock: Clock;
  readonly turns: TurnWatch;
}

export class Batches {
  readonly #options: BatchesOptions;
  readonly #savepoints: Savepoints;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #setMeta: StatementSync;
  /** The commands of the batch that was run last. */
  executed: CommandTask[] = [];

  constructor(options: BatchesOptions) {
    this.#options = options;
    const { database } = options.connection;
    this.#savepoints = new Savepoints(options.connection);
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#commit = database.prepare("COMMIT");
    this.#setMeta = database.prepare("UPDATE _meta SET applied = ?, term = ?");
  }

  /**
   * Runs commands from the head of `queue` until the batch is full. Gives their changeset (empty when they changed
   * nothing) with the transaction open, or null when the batch was undone and nobody waits for it any more.
   */
  async run(queue: CommandTask[]): Promise<Uint8Array | null> {
    const { connection, limits } = this.#options;
    const { database } = connection;
    connection.boundBytes = 0;
    connection.storageFault = null;
    this.executed = [];
    this.#begin.run();
    const session = database.createSession({ db: "main" });
    let changeset: Uint8Array;
    try {
      await this.#execute(queue);
      if (connection.storageFault !== null) throw connection.storageFault;
      if (!database.isTransaction) {
        this.#sortOut(queue);
        return null;
      }
      changeset = session.changeset();
    } finally {
      session.close();
    }
    if (changeset.length <= limits.entryBytesMax) return changeset;
    this.#split(queue, changeset.length);
    return null;
  }

  /** Ends the open transaction for good; `place` is null when nothing was changed. */
  commit(place: Place | null): void {
    if (place !== null) {
      this.#setMeta.run(place.index, place.term);
      if (place.configuration !== null)
        writeConfiguration(this.#options.connection.database, place.configuration);
    }
    this.#commit.run();
  }

  rollBack(): void {
    const { database } = this.#options.connection;
    if (database.isTransaction) database.exec("ROLLBACK");
  }

  async #execute(queue: CommandTask[]): Promise<void> {
    const { connection, limits, clock, turns } = this.#options;
    const { executed } = this;
    const fullAt = clock.monotonic() + limits.batchMsMax;
    for (;;) {
      const task = queue[0];
      if (task === undefined || (task.alone && executed.length > 0)) return;
      queue.shift();
      executed.push(task);
      task.outcome = await runCommand(connection, this.#savepoints, turns, task.work);
      if (connection.storageFault !== null || !connection.database.isTransaction || task.alone) return;
      if (executed.length >= limits.batchCommandsMax || connection.boundBytes >= limits.batchBytesMax) return;
      if (clock.monotonic() >= fullAt) return;
    }
  }

  /** The last command ended the whole transaction: it fails, the others run again, each in a batch of its own. */
  #sortOut(queue: CommandTask[]): void {
    const culprit = present(this.executed.pop(), "a batch has a command");
    const outcome = present(culprit.outcome, "an executed command has an outcome");
    culprit.reject(
      outcome.ok ? new AssertionError("a command ended the transaction of its batch") : outcome.error,
    );
    runAgainAlone(queue, this.executed);
  }

  /** The batch is larger than an entry may be: undoes it and runs each command alone; one that is too large fails. */
  #split(queue: CommandTask[], bytes: number): void {
    this.rollBack();
    const max = this.#options.limits.entryBytesMax;
    const tooLarge = `a command changed ${bytes} bytes, more than the ${max} that one may: work in chunks`;
    if (this.executed.length > 1) runAgainAlone(queue, this.executed);
    else this.executed[0]?.reject(new AssertionError(tooLarge));
  }
}

function runAgainAlone(queue: CommandTask[], tasks: readonly CommandTask[]): void {
  for (const task of tasks) task.alone = true;
  queue.unshift(...tasks);
}
