/** The whole content of a database as text, for comparing two of them row by row. */
import type { DatabaseSync } from "node:sqlite";

/** Every table's definition and rows in order of their keys; `_meta` is left out, for it differs by design. */
export function contentOf(database: DatabaseSync): Map<string, string[]> {
  const tables = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name != '_meta' ORDER BY name")
    .all() as { name: string; sql: string }[];
  return new Map(
    tables.map(({ name, sql }) => {
      const statement = database.prepare(`SELECT * FROM "${name}"`);
      statement.setReadBigInts(true);
      const rows = statement.all().map((row) => JSON.stringify(row, (_field, value) => textOf(value)));
      return [name, [sql, ...rows.sort()]];
    }),
  );
}

function textOf(value: unknown): unknown {
  if (typeof value === "bigint") return `int ${value}`;
  if (value instanceof Uint8Array) return `blob ${Buffer.from(value).toString("hex")}`;
  return value;
}
