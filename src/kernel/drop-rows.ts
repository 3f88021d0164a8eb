/**
 * Deleting much in small steps: a bounded piece of what a table holds of a course or of an import, until a call says
 * that there was nothing more. What hangs on the rows (files, other tables) goes before, by the slice's own hand.
 */
import type { Kysely } from "kysely";

const rowsAtOnce = 300;

/** The tables among `Tables` whose rows have these columns. */
type TablesWith<Tables, Columns> = {
  [Table in keyof Tables]: Tables[Table] extends Columns ? Table : never;
}[keyof Tables] &
  string;

interface OfCourse {
  readonly id: string;
  readonly course_id: string;
}

/** Deletes rows of a course from the first of these tables that has any; whether there were. */
export async function dropRowsOfCourse<Tables>(
  tx: Kysely<Tables>,
  tables: readonly TablesWith<Tables, OfCourse>[],
  courseId: string,
): Promise<boolean> {
  const db = tx as unknown as Kysely<Record<string, OfCourse>>;
  for (const table of tables as readonly string[]) {
    const { numDeletedRows } = await db
      .deleteFrom(table)
      .where("id", "in", (each) =>
        each.selectFrom(table).select("id").where("course_id", "=", courseId).limit(rowsAtOnce),
      )
      .executeTakeFirstOrThrow();
    if (numDeletedRows > 0n) return true;
  }
  return false;
}

interface LineOfImport {
  readonly import_id: string;
  readonly position: number;
}

/** Deletes the next lines of an import, which are numbered one after the other; whether there were any. */
export async function dropLines<Tables>(
  tx: Kysely<Tables>,
  table: TablesWith<Tables, LineOfImport>,
  importId: string,
): Promise<boolean> {
  const db = tx as unknown as Kysely<Record<string, LineOfImport>>;
  const lines: string = table;
  const first = await db
    .selectFrom(lines)
    .select("position")
    .where("import_id", "=", importId)
    .orderBy("position")
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return false;
  await db
    .deleteFrom(lines)
    .where("import_id", "=", importId)
    .where("position", "<", first.position + rowsAtOnce)
    .execute();
  return true;
}
