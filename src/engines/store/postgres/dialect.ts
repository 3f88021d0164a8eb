/**
 * One PostgreSQL connection, seen through Kysely: what is sent is typed as in SQLite (wide integers, text that sorts by
 * its bytes), and what comes back are the same JavaScript values that SQLite gives.
 */
import {
  type ColumnDefinitionNode,
  type CompiledQuery,
  type DatabaseConnection,
  type DataTypeNode,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import pg from "pg";
import { assert } from "#base/assert.ts";

/** What of a `pg` client is used here. */
export type Client = Pick<pg.PoolClient, "query">;

export interface ClientDatabase {
  readonly kysely: Kysely<unknown>;
  /** Refuses every later query: what was lent to a command or a read must not be used after it. */
  end(): void;
}

/** Lends `client` as a Kysely that knows no transactions of its own: the store begins and ends them. */
export function clientDatabase(client: Client): ClientDatabase {
  let ended = false;
  const connection: DatabaseConnection = {
    async executeQuery<Row>(query: CompiledQuery) {
      assert(!ended, "a query after the end of its transaction; was an await forgotten?");
      const result = await client.query(query.sql, [...query.parameters]);
      const rows = result.rows as Row[];
      return changesRows.has(result.command)
        ? { rows, numAffectedRows: BigInt(result.rowCount ?? 0) }
        : { rows };
    },
    streamQuery() {
      throw new Error("Queries are not streamed: read in pages.");
    },
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: () => Promise.reject(new Error("A command is one transaction already.")),
    commitTransaction: () => Promise.reject(new Error("The store commits.")),
    rollbackTransaction: () => Promise.reject(new Error("The store rolls back.")),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
  return {
    kysely: new Kysely({ dialect: dialectOver(driver) }),
    end() {
      ended = true;
    },
  };
}

function dialectOver(driver: Driver): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new SharedTypesCompiler(),
  };
}

const changesRows: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE", "MERGE"]);

/** Gives the column types that migrations use the meaning that they have in SQLite. */
class SharedTypesCompiler extends PostgresQueryCompiler {
  override visitColumnDefinition(node: ColumnDefinitionNode): void {
    // An integer primary key that counts by itself would come from a sequence of each engine's own.
    assert(
      !node.autoIncrement,
      "columns do not count by themselves: ids are UUIDs, positions come from the store",
    );
    super.visitColumnDefinition(node);
  }

  override visitDataType(node: DataTypeNode): void {
    this.append(this.#typeName(node.dataType));
  }

  #typeName(dataType: string): string {
    switch (dataType) {
      case "integer":
        return "bigint";
      case "blob":
        return "bytea";
      case "real":
        return "double precision";
      case "text":
        // Sorted by bytes, as SQLite does, whatever the database's own collation is. A cast takes no collation.
        return this.parentNode?.kind === "ColumnDefinitionNode" ? 'text collate "C"' : "text";
      default:
        return dataType;
    }
  }
}

/** Whole numbers come back as JavaScript numbers; one beyond 53 bits is a fault, never a rounded value. */
function wholeNumber(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `the integer ${text} from the database does not fit 53 bits`);
  return value;
}

/** What `sum` and `avg` over integers give. */
function decimalNumber(text: string): number {
  return /^-?\d+$/.test(text) ? wholeNumber(text) : Number(text);
}

const { INT8, NUMERIC, BOOL } = pg.types.builtins;

/** How `pg` reads values; comparisons give 1 or 0, as in SQLite. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser(typeId, format) {
    if (format !== "binary") {
      if (typeId === INT8) return wholeNumber;
      if (typeId === NUMERIC) return decimalNumber;
      if (typeId === BOOL) return (text: string) => (text === "t" ? 1 : 0);
    }
    return pg.types.getTypeParser(typeId, format);
  },
};
