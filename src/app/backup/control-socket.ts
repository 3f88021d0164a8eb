/**
 * How the command line reaches a running node: a socket in the data folder that only the node's own user can open.
 * Whoever can open it could read the data folder as well, so it grants nothing new, and nothing of it is on the network.
 */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Log } from "#kernel/kernel.ts";

/** What the system takes as the path of a socket, on the strictest of them. */
const socketPathBytesMax = 100;

export interface ControlSocket {
  close(): Promise<void>;
}

/** Opens the socket of the data folder; null where the system cannot have one there, which is logged. */
export async function openControlSocket(parts: {
  readonly dataFolder: string;
  readonly backUp: () => AsyncIterable<Uint8Array>;
  readonly log: Log;
}): Promise<ControlSocket | null> {
  const path = socketPath(parts.dataFolder);
  if (path === null) {
    parts.log("warn", "there is no control socket here: stop the node to back it up", {
      dataFolder: parts.dataFolder,
    });
    return null;
  }
  // Whoever holds the data folder's lock owns the socket: one that is there is left over from a crash.
  rmSync(path, { force: true });
  const server = createServer((incoming, response) => {
    if (incoming.method !== "GET" || incoming.url !== "/backup") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/x-tar" });
    pipeline(Readable.from(parts.backUp(), { objectMode: false }), response).catch((error: Error) => {
      parts.log("error", "a backup broke off", { error: error.message });
      response.destroy();
    });
  });
  await listenPrivately(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The bytes of a backup of the node that has `dataFolder` open; null when none does. */
export async function backupOfRunningNode(dataFolder: string): Promise<AsyncIterable<Uint8Array> | null> {
  const path = socketPath(dataFolder);
  if (path === null) return null;
  return new Promise((resolve, reject) => {
    const asking = request(
      { socketPath: path, path: "/backup", agent: false },
      (response: IncomingMessage) => {
        if (response.statusCode === 200) resolve(response);
        else reject(new Error(`The node answered with the status ${response.statusCode}.`));
      },
    );
    asking.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(null);
      else reject(error);
    });
    asking.end();
  });
}

function socketPath(dataFolder: string): string | null {
  const path = join(dataFolder, "control.sock");
  return process.platform === "win32" || Buffer.byteLength(path) > socketPathBytesMax ? null : path;
}

/** Listens on `path`, which nobody else may open from its first moment on. */
function listenPrivately(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const before = process.umask(0o177);
    try {
      server.listen(path, () => {
        chmodSync(path, 0o600);
        server.off("error", reject);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}
