/**
 * The migrations that this version of Lyceum knows, against those that the database has seen: which one is next, whether
 * one that comes through the log is known, and who waits for the schema to be there.
 */
import type { DatabaseSync } from "node:sqlite";
import { DataFolderRefused } from "../folder-refused.ts";
import { type CompiledMigration, hashOf, pendingMigrations } from "./migration.ts";

interface Waiter {
  readonly isSatisfied: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Schema {
  /** Null until the store has been told. */
  #known: readonly CompiledMigration[] | null = null;
  #pending: CompiledMigration[] = [];
  /** The next one cannot be run; it is not tried again before the store is told anew. */
  #hasFailed = false;
  #waiters: Waiter[] = [];

  get isTold(): boolean {
    return this.#known !== null;
  }

  /** How many migrations this version knows. */
  get count(): number {
    return this.#known?.length ?? 0;
  }

  /** Whether the database has seen every migration that this version knows. */
  get isComplete(): boolean {
    return this.#known !== null && this.#pending.length === 0;
  }

  /** The migration that is to be run next, or null. */
  get next(): CompiledMigration | null {
    return this.#hasFailed ? null : (this.#pending[0] ?? null);
  }

  /** Takes over `known`; refuses it when the database has seen others, or other text. */
  tell(known: readonly CompiledMigration[], database: DatabaseSync, folder: string): void {
    const { pending, unknown, changed } = pendingMigrations(database, known);
    if (unknown.length > 0) {
      throw new DataFolderRefused(
        `The data folder ${folder} has seen migrations that this Lyceum does not know (${unknown.join(", ")}): start the newer version that made them.`,
      );
    }
    if (changed.length > 0) {
      throw new DataFolderRefused(
        `Migrations were changed after they had run in ${folder} (${changed.join(", ")}): leave them as they were and add new ones.`,
      );
    }
    this.#known = known;
    this.#pending = pending;
    this.#hasFailed = false;
  }

  knows(migration: CompiledMigration): boolean {
    const hash = hashOf(migration);
    return this.#known?.some((each) => each.name === migration.name && hashOf(each) === hash) ?? false;
  }

  /** The database has another schema now, or is another one. */
  changed(database: DatabaseSync): void {
    if (this.#known !== null) this.#pending = pendingMigrations(database, this.#known).pending;
    this.recheck();
  }

  /** Resolves once `isSatisfied`, which is looked at after whatever may change it. */
  waitUntil(isSatisfied: () => boolean): Promise<void> {
    if (isSatisfied()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ isSatisfied, resolve, reject });
    });
  }

  recheck(): void {
    const satisfied = this.#waiters.filter((waiter) => waiter.isSatisfied());
    if (satisfied.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !satisfied.includes(waiter));
    for (const { resolve } of satisfied) resolve();
  }

  /** The next migration cannot be run. */
  block(error: unknown): void {
    this.#hasFailed = true;
    this.fail(error);
  }

  /** The schema will not come for now: nobody waits any longer. */
  fail(error: unknown): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}
