/** Where the index lies: SQLite's file, and beside it, while it is open, the log of changes with its own index. */
import { existsSync, rmSync } from "node:fs";

/** Its name in its folder. */
export const indexFileName = "index.db";

const ends = ["", "-wal", "-shm"];

/** Whether all of it is there. While a thread has it open it is, unless somebody else has deleted some of it. */
export function isIndexFileWhole(file: string): boolean {
  return ends.every((end) => existsSync(`${file}${end}`));
}

export function removeIndexFile(file: string): void {
  for (const end of ends) rmSync(`${file}${end}`, { force: true });
}
