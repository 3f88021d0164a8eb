/** Looks at what a node's database holds, from beside it. */
import { DatabaseSync, type StatementSync } from "node:sqlite";

export interface Rows {
  readonly values: ReadonlyMap<string, string>;
  /** Equal for equal rows. */
  readonly digest: string;
}

export class Peek {
  readonly #database: DatabaseSync;
  readonly #meta: StatementSync;
  /** Null until the tables are there. */
  #statements: readonly [StatementSync, StatementSync] | null = null;

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true });
    this.#meta = this.#database.prepare("SELECT applied FROM _meta");
  }

  /** The position that the rows stand at. */
  get position(): number {
    const { applied } = this.#meta.get() as { applied: number };
    return applied;
  }

  rows(): Rows {
    this.#statements ??= this.#prepare();
    if (this.#statements === null) return { values: new Map(), digest: "" };
    const [registers, receipts] = this.#statements;
    const held = registers.all() as unknown as [string, string][];
    return { values: new Map(held), digest: JSON.stringify([held, receipts.all()]) };
  }

  close(): void {
    this.#database.close();
  }

  #prepare(): readonly [StatementSync, StatementSync] | null {
    const there = this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'receipts'").get();
    if (there === undefined) return null;
    const listing = (sql: string) => {
      const statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    return [
      listing("SELECT key, value FROM registers ORDER BY key"),
      listing("SELECT client, sequence FROM receipts ORDER BY client"),
    ];
  }
}
