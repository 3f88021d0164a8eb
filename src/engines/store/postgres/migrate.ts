/** Brings a PostgreSQL database up to the schema that this version of Lyceum knows, one node at a time. */
import type pg from "pg";
import { assert } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { Migration } from "../port.ts";
import { clientDatabase } from "./dialect.ts";

/** Advisory locks are known by two numbers: ours, and what is locked. */
export const lockSpace = 0x4c594345; // "LYCE"
export const migrationLock = 1;
export const feedLock = 2;

/** The database's own tables are those of the store; every other belongs to a slice or to the kernel. */
const bootstrap = `
  create table if not exists store_migrations (
    number bigint primary key, name text collate "C" not null unique, applied_at bigint not null);
  create sequence if not exists store_feed_positions as bigint minvalue 1 start 1 cache 1 no cycle;
`;

export interface MigrateOptions {
  readonly client: pg.PoolClient;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
}

/** Runs what is missing of `migrations`, each in a transaction of its own, under a lock that other nodes wait for. */
export async function migrate({ client, migrations, clock }: MigrateOptions): Promise<void> {
  // Another node may be busy with a long migration: wait for it, however long it takes.
  await client.query("set lock_timeout = 0; set statement_timeout = 0");
  await client.query(`select pg_advisory_lock(${lockSpace}, ${migrationLock})`);
  try {
    await checkSettings(client);
    await client.query(bootstrap);
    const applied = await client.query<{ name: string }>("select name from store_migrations order by number");
    const names = applied.rows.map((row) => row.name);
    refuseUnknown(names, migrations);
    let number = names.length;
    for (const migration of migrations.filter((each) => !names.includes(each.name))) {
      number += 1;
      await runOne(client, migration, number, clock.now());
    }
  } finally {
    await client.query(`select pg_advisory_unlock(${lockSpace}, ${migrationLock})`);
    await client.query("reset lock_timeout; reset statement_timeout");
  }
}

async function runOne(
  client: pg.PoolClient,
  migration: Migration,
  number: number,
  now: number,
): Promise<void> {
  await client.query("begin");
  const database = clientDatabase(client);
  try {
    for (const statement of migration.up(database.kysely.schema)) {
      const { sql, parameters } = statement.compile();
      assert(
        parameters.length === 0,
        `the migration ${migration.name} has a statement with parameters: ${sql}`,
      );
      await client.query(sql);
    }
    await client.query("insert into store_migrations (number, name, applied_at) values ($1, $2, $3)", [
      number,
      migration.name,
      now,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`The migration ${migration.name} failed; the schema is as it was before it.`, {
      cause: error,
    });
  } finally {
    database.end();
  }
}

function refuseUnknown(applied: readonly string[], migrations: readonly Migration[]): void {
  const known = new Set(migrations.map((migration) => migration.name));
  assert(known.size === migrations.length, "two migrations bear one name");
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new Error(
    `The database was made by a newer version of Lyceum: it knows ${unknown.join(", ")}, which this version does ` +
      "not. Start that version or a later one; nothing was changed.",
  );
}

/** Refuses a server whose settings would break a promise: durability, or text that is not UTF-8. */
async function checkSettings(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ encoding: string; synchronous: string }>(
    "select current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as synchronous",
  );
  const [settings] = rows;
  if (settings?.encoding !== "UTF8") {
    throw new Error(`The database's encoding is ${settings?.encoding}; create it with ENCODING 'UTF8'.`);
  }
  if (settings.synchronous === "off") {
    throw new Error(
      "The database has synchronous_commit = off, so it would acknowledge what a crash loses. Set it to on " +
        "(ALTER DATABASE … SET synchronous_commit = on) and start again.",
    );
  }
}
