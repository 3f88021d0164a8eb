/**
 * Applies entries of the log to the database: those that another node led, those that a crash or a failed commit kept
 * from it. An entry that cannot be applied exactly is never applied in part.
 */
import { constants } from "node:sqlite";
import { AssertionError, present } from "#base/assert.ts";
import { decodeConfiguration } from "#raft/configuration-codec.ts";
import type { Entry } from "#raft/entry.ts";
import type { PlacedConfiguration } from "../replica/configurations.ts";
import type { Place } from "./batch.ts";
import { type Connection, isStorageFault } from "./connection.ts";
import { type Meta, readMeta, writeConfiguration } from "./meta.ts";
import { type CompiledMigration, decodeMigration, runMigration } from "./migration.ts";

/** An entry does not fit the database: this copy of the data has diverged and must be replaced. */
export class Diverged extends AssertionError {}

/** An entry is about a schema that this version of Lyceum does not know: it has to wait for a newer one. */
export class SchemaUnknown extends Error {
  override readonly name = "SchemaUnknown";
}

export interface ApplyLimits {
  readonly entriesMax: number;
  /** The transaction ends after an entry for which this is true. */
  readonly endsAfter?: (entry: Entry) => boolean;
  /** Whether a schema change is one that this version knows; left out where the entries are this node's own. */
  readonly knows?: (migration: CompiledMigration) => boolean;
}

export interface Applied {
  readonly meta: Meta;
  readonly schemaChanged: boolean;
  /** The newest membership among what was applied. */
  readonly configuration: PlacedConfiguration | null;
  readonly last: Entry;
}

export class Applier {
  readonly #connection: Connection;
  /** Tables by name, as of the schema that the database has; null when they have to be looked up. */
  #tables: ReadonlySet<unknown> | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Applies `entries` from the first one on in one transaction; gives how far it came, at least by one entry. */
  apply(entries: Iterable<Entry>, limits: ApplyLimits): Applied {
    const { database } = this.#connection;
    const from = readMeta(database);
    let meta = from;
    let configuration: PlacedConfiguration | null = null;
    let last: Entry | null = null;
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const entry of entries) {
        const next = this.#applyNext(entry, meta, limits, last === null);
        if (next === null) break;
        meta = next;
        last = entry;
        if (entry.kind === "configuration") configuration = placed(entry);
        if (meta.index - from.index >= limits.entriesMax || limits.endsAfter?.(entry) === true) break;
      }
      database.prepare("UPDATE _meta SET applied = ?, term = ?").run(meta.index, meta.term);
      if (configuration !== null) writeConfiguration(database, configuration);
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      this.#tables = null;
      throw error;
    }
    const schemaChanged = meta.schemaVersion !== from.schemaVersion;
    if (schemaChanged) this.#connection.forgetStatements();
    return { meta, schemaChanged, configuration, last: present(last, "there was an entry to apply") };
  }

  /** Ends the open transaction of a migration for good, at `place`. */
  commit({ index, term, configuration }: Place): void {
    const { database } = this.#connection;
    database.prepare("UPDATE _meta SET applied = ?, term = ?").run(index, term);
    if (configuration !== null) writeConfiguration(database, configuration);
    database.exec("COMMIT");
    this.#tables = null;
  }

  /** What `_meta` has to say after `entry`; null when it must wait for another transaction. */
  #applyNext(entry: Entry, meta: Meta, limits: ApplyLimits, isFirst: boolean): Meta | null {
    if (entry.index !== meta.index + 1 || entry.term < meta.term) {
      throw new Diverged(
        `entry ${entry.index} of term ${entry.term} cannot follow entry ${meta.index} of term ${meta.term}`,
      );
    }
    const next = { ...meta, index: entry.index, term: entry.term };
    if (entry.kind === "noop" || entry.kind === "configuration") return next;
    if (entry.schemaVersion !== meta.schemaVersion) {
      throw new Diverged(
        `entry ${entry.index} was made on schema ${entry.schemaVersion}, the database has ${meta.schemaVersion}`,
      );
    }
    if (entry.kind === "changeset") {
      this.#applyChangeset(entry);
      return next;
    }
    // Alone in its transaction, so that an unknown one holds up nothing that comes before it.
    if (!isFirst) return null;
    const migration = decodeMigration(entry.payload);
    if (limits.knows?.(migration) === false) throw new SchemaUnknown(migration.name);
    runMigration(this.#connection.database, migration, meta.schemaVersion + 1);
    this.#tables = null;
    return { ...next, schemaVersion: meta.schemaVersion + 1 };
  }

  #applyChangeset(entry: Entry): void {
    const { database } = this.#connection;
    this.#tables ??= new Set(
      database
        .prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
        .all()
        .map(({ name }) => name),
    );
    const tables = this.#tables;
    // The callbacks only take notes: a throw inside them would hide the error of the next failing statement.
    let unknownTable: string | null = null;
    let conflict: number | null = null;
    let applied: unknown;
    try {
      applied = database.applyChangeset(entry.payload, {
        // A true answer means "apply" (Node's documentation has it the wrong way round; a test holds this).
        filter: (table) => {
          if (!tables.has(table)) unknownTable = table;
          return true;
        },
        onConflict: (kind) => {
          conflict = kind;
          return constants.SQLITE_CHANGESET_ABORT;
        },
      });
    } catch (error) {
      if (isStorageFault(error)) throw error;
      throw new Diverged(`entry ${entry.index} could not be applied: ${String(error)}`);
    }
    if (unknownTable !== null)
      throw new Diverged(`entry ${entry.index} is about the unknown table ${unknownTable}`);
    if (conflict !== null) throw new Diverged(`entry ${entry.index} met a conflict of kind ${conflict}`);
    if (applied !== true) throw new Diverged(`entry ${entry.index} was not applied whole`);
  }
}

/** The membership that an entry of that kind carries. */
export function placed(entry: Entry): PlacedConfiguration {
  return { index: entry.index, configuration: decodeConfiguration(entry.payload) };
}
