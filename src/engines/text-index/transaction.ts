import type { DatabaseSync } from "node:sqlite";

/** Does all of the work or, when it fails, none. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("begin immediate");
  try {
    const result = work();
    database.exec("commit");
    return result;
  } catch (error) {
    // A full disk has ended it already.
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}
