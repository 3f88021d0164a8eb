/**
 * What a process has open dies with it. A simulated process dies a thousand times within a real one, which would keep the
 * database handles and files of all of them: so each is remembered here and closed when its owner has crashed.
 */
import { syncBuiltinESMExports } from "node:module";
import { sep } from "node:path";

interface Handle {
  readonly path: string;
  close(): void;
}

const open = new Set<Handle>();
const filesByNumber = new Map<number, Handle>();
let isWatching = false;

/** From now on, databases and files that are opened anywhere in this process are remembered until they are closed. */
export function watchHandles(): void {
  if (isWatching) return;
  isWatching = true;
  const sqlite = process.getBuiltinModule("node:sqlite");
  const fs = process.getBuiltinModule("node:fs");
  const { DatabaseSync } = sqlite;
  const { openSync, closeSync } = fs;

  class WatchedDatabase extends DatabaseSync {
    readonly #handle: Handle;

    constructor(...parameters: ConstructorParameters<typeof DatabaseSync>) {
      super(...parameters);
      this.#handle = { path: String(parameters[0]), close: () => super.close() };
      open.add(this.#handle);
    }

    override close(): void {
      open.delete(this.#handle);
      super.close();
    }
  }

  Object.assign(sqlite, { DatabaseSync: WatchedDatabase });
  fs.openSync = (path, flags, mode) => {
    const fd = openSync(path, flags, mode);
    const handle = { path: String(path), close: () => fs.closeSync(fd) };
    open.add(handle);
    filesByNumber.set(fd, handle);
    return fd;
  };
  fs.closeSync = (fd) => {
    const handle = filesByNumber.get(fd);
    if (handle !== undefined) open.delete(handle);
    filesByNumber.delete(fd);
    closeSync(fd);
  };
  syncBuiltinESMExports();
}

/** Takes hold of everything that is open below `folder`; the returned function closes it. */
export function handlesBelow(folder: string): () => void {
  const mine = [...open].filter(({ path }) => path.startsWith(`${folder}${sep}`));
  return () => {
    for (const handle of mine) {
      if (!open.delete(handle)) continue;
      handle.close();
    }
  };
}
