/**
 * Schema changes as entries of the log: the SQL text is made once, on the node that proposes it, and every
 * replica runs that text. A migration is alone in its batch, because rows of a table that is new in a session
 * would be lost without a word on whoever applies the changeset.
 */
import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { assert } from "#base/assert.ts";
import type { Migration } from "../port.ts";
import { lintSchema } from "./lint.ts";

/** A migration as the log carries it. */
export interface CompiledMigration {
  readonly name: string;
  readonly statements: readonly string[];
}

const builder = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

const namePattern = /^[a-z0-9-]+\/\d{4}-[a-z0-9-]+$/;
const allowed = /^(create table|create (unique )?index|alter table|drop table|drop index) /i;

/** Builds the SQL text of a migration for SQLite: every table STRICT, no parameters, nothing but schema. */
export function compileMigration(migration: Migration): CompiledMigration {
  const { name } = migration;
  assert(namePattern.test(name), `a migration is named <slice>/<4 digits>-<what>, not ${name}`);
  const statements = migration.up(builder.schema).map((statement) => {
    const { sql, parameters } = statement.compile();
    assert(parameters.length === 0, `${name}: a schema change has no parameters: ${sql}`);
    assert(allowed.test(sql), `${name}: only tables and indexes may be changed in a migration, not: ${sql}`);
    return /^create table /i.test(sql) ? `${sql} strict` : sql;
  });
  return { name, statements };
}

export function encodeMigration(migration: CompiledMigration): Uint8Array {
  return Buffer.from(JSON.stringify(migration));
}

export function decodeMigration(payload: Uint8Array): CompiledMigration {
  return JSON.parse(Buffer.from(payload).toString()) as CompiledMigration;
}

/** Runs the statements in the open transaction and records them as migration `number`; the same on every replica. */
export function runMigration(database: DatabaseSync, migration: CompiledMigration, number: number): void {
  for (const statement of migration.statements) database.exec(statement);
  lintSchema(database, migration.name);
  database
    .prepare("INSERT INTO _migrations (number, name, statements_sha256) VALUES (?, ?, ?)")
    .run(number, migration.name, hashOf(migration));
}

/** Which of `migrations` are still to be run, in order; throws when the database knows others, or other text. */
export function pendingMigrations(
  database: DatabaseSync,
  migrations: readonly CompiledMigration[],
): { pending: CompiledMigration[]; unknown: string[]; changed: string[] } {
  const applied = new Map(
    (
      database.prepare("SELECT name, statements_sha256 AS hash FROM _migrations ORDER BY number").all() as {
        name: string;
        hash: string;
      }[]
    ).map(({ name, hash }) => [name, hash]),
  );
  const named = new Map(migrations.map((migration) => [migration.name, migration]));
  assert(named.size === migrations.length, "no two migrations bear the same name");
  return {
    pending: migrations.filter(({ name }) => !applied.has(name)),
    unknown: [...applied.keys()].filter((name) => !named.has(name)),
    changed: migrations
      .filter((migration) => applied.has(migration.name) && applied.get(migration.name) !== hashOf(migration))
      .map(({ name }) => name),
  };
}

/** Tells two texts of a migration apart. */
export function hashOf(migration: CompiledMigration): string {
  return createHash("sha256").update(migration.statements.join(";\n")).digest("hex");
}
