/** Runs the same tests on every engine: SQLite in a temporary folder, and a real PostgreSQL. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "node:test";
import { type Clock, ManualClock } from "#base/clock.ts";
import type { Migration, Store } from "../port.ts";
import { openPostgresStore } from "../postgres/open.ts";
import { openSqliteStore } from "../sqlite/open.ts";
import { createTestDatabase } from "./postgres-cluster.ts";

export interface OpenTestStoreOptions {
  /** A `ManualClock` when absent. */
  readonly clock?: Clock;
  /** Run before the store is given; none when absent, for tests that migrate themselves. */
  readonly migrations?: readonly Migration[];
}

export interface TestEngine {
  readonly name: "sqlite" | "postgres";
  /** An empty store; closed and removed after the test. */
  open(t: { after(action: () => Promise<void>): void }, options?: OpenTestStoreOptions): Promise<Store>;
}

const engines: readonly TestEngine[] = [
  {
    name: "sqlite",
    async open(t, { clock = new ManualClock(), migrations } = {}) {
      const folder = await mkdtemp(join(tmpdir(), "lyceum-store-"));
      const store = await openSqliteStore({ folder: join(folder, "store"), clock });
      t.after(async () => {
        await store.close();
        await rm(folder, { recursive: true, force: true });
      });
      if (migrations !== undefined) await store.migrate(migrations);
      return store;
    },
  },
  {
    name: "postgres",
    async open(t, { clock = new ManualClock(), migrations } = {}) {
      const database = await createTestDatabase();
      const store = await openPostgresStore({ url: database.url, clock, log: { error: failOnError } });
      t.after(async () => {
        await store.close();
        await database.drop();
      });
      if (migrations !== undefined) await store.migrate(migrations);
      return store;
    },
  },
];

/** Defines the tests of `define` once for each engine, under `title (sqlite)` and `title (postgres)`. */
export function eachEngine(title: string, define: (engine: TestEngine) => void): void {
  for (const engine of engines) describe(`${title} (${engine.name})`, () => define(engine));
}

/** Trouble in the background of a test is a failure of that test. */
function failOnError(fields: object, message: string): void {
  throw new Error(message, { cause: fields });
}
