/** How many rows a snapshot holds, table by table: written into a backup, and compared when it is restored. */
import { DatabaseSync } from "node:sqlite";

export function countRows(snapshotFile: string): Record<string, number> {
  const database = new DatabaseSync(snapshotFile, { readOnly: true });
  try {
    const tables = database
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all() as { name: string }[];
    return Object.fromEntries(
      tables.map(({ name }) => {
        const { count } = database.prepare(`SELECT count(*) AS count FROM "${name}"`).get() as {
          count: number;
        };
        return [name, count];
      }),
    );
  } finally {
    database.close();
  }
}
