/**
 * Reads, each on one snapshot of what is committed. They use connections of their own, which can never see the
 * writer's open transaction; a read that asks for a position that is not there yet waits for it, up to a limit.
 */
import type { StatementSync } from "node:sqlite";
import { assert } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import type { Answer, Database, ReadOptions } from "../port.ts";
import { withoutWaiting } from "./command.ts";
import { Connection } from "./connection.ts";
import { Lease } from "./dialect.ts";
import type { SqliteLimits } from "./limits.ts";
import type { TurnWatch } from "./turn-watch.ts";

interface Reader {
  readonly connection: Connection;
  readonly begin: StatementSync;
  readonly applied: StatementSync;
  readonly end: StatementSync;
}

interface Waiter {
  readonly position: number;
  readonly wake: () => void;
}

export interface ReadersOptions {
  readonly file: string;
  readonly limits: SqliteLimits;
  readonly clock: Clock;
  readonly turns: TurnWatch;
  /** The newest committed position that is known here. */
  readonly position: () => number;
  /** Why nothing may be read at present, or null. */
  readonly refusal?: () => Unavailable | null;
}

export class Readers {
  readonly #options: ReadersOptions;
  #file: string;
  #all: Reader[] = [];
  #free: Reader[] = [];
  #running = 0;
  /** Set while the database is being exchanged: reads wait for it. */
  #exchange: PromiseWithResolvers<void> | null = null;
  #onIdle: (() => void) | null = null;
  readonly #waitingForReader: ((reader: Reader) => void)[] = [];
  readonly #waitingForPosition = new Set<Waiter>();

  constructor(options: ReadersOptions) {
    this.#options = options;
    this.#file = options.file;
  }

  async read<T>(work: (database: Database) => Promise<T>, options: ReadOptions = {}): Promise<Answer<T>> {
    const atLeast = options.atLeast ?? 0;
    if (atLeast > this.#options.position()) await this.#waitFor(atLeast);
    while (this.#exchange !== null) await this.#exchange.promise;
    const refusal = this.#options.refusal?.() ?? null;
    if (refusal !== null) throw refusal;
    this.#running++;
    try {
      const reader = this.#free.pop() ?? this.#open() ?? (await this.#nextFree());
      try {
        return await this.#readOn(reader, work);
      } finally {
        this.#giveBack(reader);
      }
    } finally {
      this.#running--;
      if (this.#running === 0) this.#onIdle?.();
    }
  }

  /** Lets running reads end and holds up new ones; every connection is closed when this resolves. */
  async hold(): Promise<void> {
    this.#exchange ??= Promise.withResolvers<void>();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
      this.#onIdle = null;
    }
    this.close();
  }

  /** Goes on with the database in `file`. */
  release(file: string): void {
    this.#file = file;
    this.#exchange?.resolve();
    this.#exchange = null;
  }

  /** Wakes the reads that waited for `position` or an earlier one. */
  committed(position: number): void {
    if (this.#waitingForPosition.size === 0) return;
    for (const waiter of [...this.#waitingForPosition]) if (waiter.position <= position) waiter.wake();
  }

  forgetStatements(): void {
    for (const { connection } of this.#all) connection.forgetStatements();
  }

  close(): void {
    for (const { connection } of this.#all) connection.close();
    this.#all = [];
    this.#free = [];
  }

  async #readOn<T>(reader: Reader, work: (database: Database) => Promise<T>): Promise<Answer<T>> {
    reader.begin.run();
    const lease = new Lease(reader.connection);
    try {
      // The first query fixes the snapshot; this one also says which it is.
      const { applied } = reader.applied.get() as { applied: number };
      const outcome = await withoutWaiting("a read", this.#options.turns, () => work(lease.database));
      if (!outcome.ok) throw outcome.error;
      return { value: outcome.value, position: applied };
    } finally {
      lease.giveBack();
      reader.end.run();
    }
  }

  #open(): Reader | null {
    if (this.#all.length >= this.#options.limits.readersMax) return null;
    const connection = new Connection(this.#file, "read", this.#options.limits.statementsMax);
    const { database } = connection;
    const reader = {
      connection,
      begin: database.prepare("BEGIN"),
      applied: database.prepare("SELECT applied FROM _meta"),
      end: database.prepare("ROLLBACK"),
    };
    this.#all.push(reader);
    return reader;
  }

  #nextFree(): Promise<Reader> {
    this.#requireRoom(this.#waitingForReader.length);
    return new Promise((resolve) => this.#waitingForReader.push(resolve));
  }

  #giveBack(reader: Reader): void {
    const next = this.#waitingForReader.shift();
    if (next === undefined) this.#free.push(reader);
    else next(reader);
  }

  #waitFor(position: number): Promise<void> {
    assert(Number.isSafeInteger(position), "a position is a whole number");
    this.#requireRoom(this.#waitingForPosition.size);
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(this.#options.limits.readWaitMsMax, () => {
        this.#waitingForPosition.delete(waiter);
        reject(new Unavailable(`position ${position} has not been reached here yet`));
      });
      const waiter = {
        position,
        wake: () => {
          cancel();
          this.#waitingForPosition.delete(waiter);
          resolve();
        },
      };
      this.#waitingForPosition.add(waiter);
    });
  }

  #requireRoom(waiting: number): void {
    if (waiting >= this.#options.limits.readsWaitingMax) {
      throw new Unavailable("too many reads are waiting", { retryAfterMs: 250 });
    }
  }
}
