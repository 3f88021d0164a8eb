/**
 * The one writer. Commands wait in a queue; those at hand run one after the other in one transaction, a
 * savepoint each; what they changed goes to the commit log before COMMIT, and nobody gets an answer before both
 * have succeeded. When the disk fails anywhere on that way, everything undone is answered `Unavailable`, and a
 * probe looks from time to time whether commands can be taken again.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { AssertionError, assert, present } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import type { CommitLog, EntryId, Proposal } from "../log/port.ts";
import type { Answer, WriteTransaction } from "../port.ts";
import { catchUp } from "./apply.ts";
import { type Outcome, runCommand, Savepoints } from "./command.ts";
import type { Connection } from "./connection.ts";
import type { SqliteLimits } from "./limits.ts";
import { readMeta } from "./meta.ts";
import { type CompiledMigration, encodeMigration, runMigration } from "./migration.ts";
import type { Report } from "./report.ts";
import type { TurnWatch } from "./turn-watch.ts";

export interface WriterOptions {
  /** Commands run here; nobody else writes with it. */
  readonly connection: Connection;
  /** Migrations and entries of the log run here: no foreign keys, nothing that fires by itself. */
  readonly applyConnection: Connection;
  readonly log: CommitLog;
  readonly limits: SqliteLimits;
  readonly clock: Clock;
  readonly turns: TurnWatch;
  readonly report: Report;
  /** After each commit, when answers are out. */
  readonly onCommitted: (position: number) => void;
  readonly onSchemaChanged: () => void;
  /** Runs while no transaction is open. */
  readonly betweenBatches: () => void;
  /** Asked by the probe: rejects while something else (a checkpoint) still finds no room. */
  readonly requireRoom: () => Promise<void>;
}

/** A command in the queue. Its type is erased here and comes back in `submit`, which made it. */
interface CommandTask {
  readonly kind: "command";
  readonly work: (tx: WriteTransaction) => Promise<unknown>;
  readonly resolve: (answer: Answer<unknown>) => void;
  readonly reject: (error: unknown) => void;
  /** Has to run in a batch of its own, because a batch that it was in had to be undone. */
  alone: boolean;
  outcome: Outcome<unknown> | null;
}

interface MigrationTask {
  readonly kind: "migration";
  readonly migration: CompiledMigration;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

type Task = CommandTask | MigrationTask;

/** Where on its way a command met trouble. */
export type Step = "command" | "log" | "commit" | "checkpoint" | "probe";

export class Writer {
  readonly #options: WriterOptions;
  readonly #savepoints: Savepoints;
  readonly #statements;
  readonly #queue: Task[] = [];
  #position: number;
  #schemaVersion: number;
  #draining: Promise<void> | null = null;
  #trouble: string | null = null;
  #stopProbe: (() => void) | null = null;
  #probing: Promise<void> | null = null;
  #closing = false;
  #step: Step = "command";
  /** For the metrics page. */
  readonly counts = { batches: 0, commands: 0 };

  constructor(options: WriterOptions) {
    this.#options = options;
    const { database } = options.connection;
    const meta = readMeta(database);
    this.#position = meta.index;
    this.#schemaVersion = meta.schemaVersion;
    this.#savepoints = new Savepoints(options.connection);
    this.#statements = {
      begin: database.prepare("BEGIN IMMEDIATE"),
      commit: database.prepare("COMMIT"),
      setMeta: database.prepare("UPDATE _meta SET applied = ?, term = ?"),
    };
  }

  get position(): number {
    return this.#position;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Why commands are refused, or null. */
  get trouble(): string | null {
    return this.#trouble;
  }

  submit<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<Answer<T>> {
    return new Promise<Answer<T>>((resolve, reject) => {
      this.#enqueue({
        kind: "command",
        work,
        // The answer carries what `work` gave, so it is a T again.
        resolve: resolve as (answer: Answer<unknown>) => void,
        reject,
        alone: false,
        outcome: null,
      });
    });
  }

  migrate(migration: CompiledMigration): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#enqueue({ kind: "migration", migration, resolve, reject });
    });
  }

  /** Refuses commands, because `step` failed, until the probe finds that they can be taken again. */
  refuse(step: Step, error: unknown): void {
    if (error instanceof AssertionError) {
      this.#giveUp(error);
      return;
    }
    const reason = reasonOf(error);
    if (this.#trouble === null) {
      this.#options.report({
        level: "error",
        event: "commands-refused",
        message: `Commands are refused: ${reason}. Reads go on; the store looks for itself when commands can be taken again.`,
        facts: { reason, step },
      });
    }
    this.#trouble = reason;
    for (const task of this.#queue.splice(0)) task.reject(this.#unavailable(error));
    this.#stopProbe ??= this.#options.clock.after(this.#options.limits.recoveryProbeMs, () => {
      this.#stopProbe = null;
      this.#probing = this.#probe();
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#draining;
    this.#stopProbe?.();
    await this.#probing;
    this.#stopProbe?.();
  }

  #enqueue(task: Task): void {
    const refusal = this.#refusal();
    if (refusal !== null) {
      task.reject(refusal);
      return;
    }
    this.#queue.push(task);
    this.#draining ??= this.#drain();
  }

  #refusal(): Unavailable | null {
    if (this.#closing) return new Unavailable("the store is shutting down");
    if (this.#trouble !== null) return this.#unavailable();
    if (this.#queue.length < this.#options.limits.queueMax) return null;
    return new Unavailable("too many commands are waiting", { retryAfterMs: 250 });
  }

  async #drain(): Promise<void> {
    do {
      // Whoever is ready in this turn of the event loop travels in the same batch.
      await nextTurn();
      const first = this.#queue[0];
      if (first?.kind === "migration") await this.#runMigration();
      else if (first !== undefined) await this.#runBatch();
      this.#options.betweenBatches();
    } while (this.#queue.length > 0);
    this.#draining = null;
  }

  async #runBatch(): Promise<void> {
    const { connection } = this.#options;
    const { database } = connection;
    connection.boundBytes = 0;
    connection.storageFault = null;
    const executed: CommandTask[] = [];
    this.#step = "command";
    try {
      this.#statements.begin.run();
      const session = database.createSession({ db: "main" });
      let changeset: Uint8Array;
      try {
        await this.#execute(executed);
        if (connection.storageFault !== null) throw connection.storageFault;
        if (!database.isTransaction) return this.#sortOut(executed);
        changeset = session.changeset();
      } finally {
        session.close();
      }
      if (changeset.length > this.#options.limits.entryBytesMax)
        return this.#split(executed, changeset.length);
      await this.#commit(
        changeset.length === 0
          ? null
          : { kind: "changeset", schemaVersion: this.#schemaVersion, payload: changeset },
      );
    } catch (error) {
      this.#rollBack();
      for (const task of executed) task.reject(this.#unavailable(error));
      this.refuse(this.#step, error);
      return;
    }
    this.counts.batches++;
    this.counts.commands += executed.length;
    for (const task of executed) {
      const outcome = present(task.outcome, "an executed command has an outcome");
      if (outcome.ok) task.resolve({ value: outcome.value, position: this.#position });
      else task.reject(outcome.error);
    }
    this.#options.onCommitted(this.#position);
  }

  /** Runs commands from the queue until the batch is full. */
  async #execute(executed: CommandTask[]): Promise<void> {
    const { connection, limits, clock, turns } = this.#options;
    const fullAt = clock.monotonic() + limits.batchMsMax;
    for (;;) {
      const task = this.#queue[0];
      if (task?.kind !== "command" || (task.alone && executed.length > 0)) return;
      this.#queue.shift();
      executed.push(task);
      task.outcome = await runCommand(connection, this.#savepoints, turns, task.work);
      if (connection.storageFault !== null || !connection.database.isTransaction || task.alone) return;
      if (executed.length >= limits.batchCommandsMax || connection.boundBytes >= limits.batchBytesMax) return;
      if (clock.monotonic() >= fullAt) return;
    }
  }

  /** Makes the open transaction durable: first in the log, then here. */
  async #commit(proposal: Proposal | null): Promise<void> {
    if (proposal !== null) {
      const id = await this.#append(proposal);
      this.#statements.setMeta.run(id.index, id.term);
      this.#statements.commit.run();
      this.#position = id.index;
    } else {
      this.#statements.commit.run();
    }
  }

  async #append(proposal: Proposal): Promise<EntryId> {
    this.#step = "log";
    const id = await this.#options.log.append(proposal);
    assert(id.index === this.#position + 1, "the log counts as the store does");
    this.#step = "commit";
    return id;
  }

  /** The last command ended the whole transaction: it fails, the others run again, each in a batch of its own. */
  #sortOut(executed: CommandTask[]): void {
    const culprit = present(executed.pop(), "a batch has a command");
    const outcome = present(culprit.outcome, "an executed command has an outcome");
    culprit.reject(
      outcome.ok ? new AssertionError("a command ended the transaction of its batch") : outcome.error,
    );
    this.#runAgainAlone(executed);
  }

  /** The batch is larger than an entry may be: undoes it and runs each command alone; one that is too large fails. */
  #split(executed: CommandTask[], bytes: number): void {
    this.#rollBack();
    const max = this.#options.limits.entryBytesMax;
    const tooLarge = `a command changed ${bytes} bytes, more than the ${max} that one may: work in chunks`;
    if (executed.length > 1) this.#runAgainAlone(executed);
    else executed[0]?.reject(new AssertionError(tooLarge));
  }

  #runAgainAlone(tasks: CommandTask[]): void {
    for (const task of tasks) task.alone = true;
    this.#queue.unshift(...tasks);
  }

  async #runMigration(): Promise<void> {
    const task = this.#queue.shift();
    assert(task?.kind === "migration", "a migration is first in the queue");
    const { database } = this.#options.applyConnection;
    let proposed = false;
    try {
      database.exec("BEGIN IMMEDIATE");
      runMigration(database, task.migration, this.#schemaVersion + 1);
      proposed = true;
      const payload = encodeMigration(task.migration);
      const id = await this.#append({ kind: "migration", schemaVersion: this.#schemaVersion, payload });
      database.prepare("UPDATE _meta SET applied = ?, term = ?").run(id.index, id.term);
      database.exec("COMMIT");
      this.#position = id.index;
      this.#schemaVersion++;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      // Before it was proposed, the fault is the migration's own and the store is as it was.
      if (!proposed) return task.reject(error);
      task.reject(this.#unavailable(error));
      this.refuse(this.#step, error);
      return;
    }
    this.#schemaChanged();
    task.resolve();
    this.#options.onCommitted(this.#position);
  }

  #schemaChanged(): void {
    this.#options.connection.forgetStatements();
    this.#options.applyConnection.forgetStatements();
    this.#options.onSchemaChanged();
  }

  #rollBack(): void {
    const { database } = this.#options.connection;
    if (database.isTransaction) database.exec("ROLLBACK");
  }

  /** Settles what a failed append or commit left open; takes commands again once everything is as it should be. */
  async #probe(): Promise<void> {
    const { log, applyConnection, limits, report, requireRoom, onCommitted } = this.#options;
    await this.#draining;
    try {
      await log.mend();
      const caughtUp = catchUp(applyConnection, log, limits.applyBatchMax);
      const meta = readMeta(applyConnection.database);
      this.#position = meta.index;
      this.#schemaVersion = meta.schemaVersion;
      if (caughtUp > 0) {
        this.#schemaChanged();
        onCommitted(this.#position);
      }
      await requireRoom();
    } catch (error) {
      if (!this.#closing) this.refuse("probe", error);
      return;
    }
    this.#trouble = null;
    report({
      level: "info",
      event: "commands-taken-again",
      message: "Commands are taken again.",
      facts: { position: this.#position },
    });
  }

  /** A promise of our own code is broken, so that no probe can mend it: commands stay refused until a restart. */
  #giveUp(error: AssertionError): void {
    this.#stopProbe?.();
    this.#stopProbe = null;
    this.#trouble = `the store found itself broken (${error.message})`;
    for (const task of this.#queue.splice(0)) task.reject(this.#unavailable(error));
    this.#options.report({
      level: "error",
      event: "store-broken",
      message: `Commands are refused for good, the store found itself broken: ${error.message}. Restart the server; if that is refused, restore a backup.`,
      facts: {},
    });
  }

  #unavailable(cause?: unknown): Unavailable {
    const reason = this.#trouble ?? reasonOf(cause);
    return new Unavailable(`commands are refused at present: ${reason}`, {
      retryAfterMs: this.#options.limits.recoveryProbeMs * 2,
      cause,
    });
  }
}

/** A few words for whoever asks why commands are refused. */
function reasonOf(error: unknown): string {
  const { code, errcode, message } = (error ?? {}) as {
    code?: unknown;
    errcode?: unknown;
    message?: unknown;
  };
  if (code === "ENOSPC" || code === "EDQUOT" || errcode === 13) return "the disk is full";
  return `the disk does not take what is written (${typeof message === "string" ? message : String(error)})`;
}
