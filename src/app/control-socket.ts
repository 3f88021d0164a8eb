/**
 * How the command line reaches a running node: a socket in the data folder that only the node's own user can open.
 * Whoever can open it could read the data folder as well, so it grants nothing new, and nothing of it is on the network.
 */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { JsonValue } from "#base/json.ts";
import type { Log } from "#kernel/kernel.ts";

/** What the system takes as the path of a socket, on the strictest of them. */
const socketPathBytesMax = 100;

export interface ControlSocket {
  close(): Promise<void>;
}

/** What a running node can be asked for, beside a backup. */
export type Question = "checkup" | "leave";
export type Answerers = { readonly [Name in Question]: () => Promise<JsonValue> };

/** The node was asked and says why not. */
export class NodeRefused extends Error {
  override readonly name = "NodeRefused";
}

/** Opens the socket of the data folder; null where the system cannot have one there, which is logged. */
export async function openControlSocket(parts: {
  readonly dataFolder: string;
  readonly backUp: () => AsyncIterable<Uint8Array>;
  readonly answerers: Answerers;
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
    const { method, url = "/" } = incoming;
    const question = method === "POST" ? questionIn(url) : null;
    if (question !== null) {
      parts.answerers[question]().then(
        (answer) => response.end(JSON.stringify({ answer })),
        (error: unknown) => {
          const message = error instanceof Error ? error.message : String(error);
          response.writeHead(409).end(JSON.stringify({ refused: message }));
        },
      );
      return;
    }
    if (method !== "GET" || url !== "/backup") {
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
  const response = await ask(dataFolder, "GET", "/backup");
  if (response !== null && response.statusCode !== 200)
    throw new Error(`The node answered with the status ${response.statusCode}.`);
  return response;
}

/** Whether a node has `dataFolder` open and answers. */
export async function isNodeRunning(dataFolder: string): Promise<boolean> {
  const response = await ask(dataFolder, "GET", "/").catch(() => null);
  response?.resume();
  return response !== null;
}

/** What the node that has `dataFolder` open says to `question`; null when none has. Throws `NodeRefused`. */
export async function askRunningNode(
  dataFolder: string,
  question: Question,
): Promise<{ readonly answer: JsonValue } | null> {
  const response = await ask(dataFolder, "POST", `/${question}`);
  if (response === null) return null;
  const said = (await json(response)) as { readonly answer: JsonValue } | { readonly refused: string };
  if ("refused" in said) throw new NodeRefused(said.refused);
  return said;
}

function questionIn(url: string): Question | null {
  const questions: readonly Question[] = ["checkup", "leave"];
  return questions.find((each) => url === `/${each}`) ?? null;
}

function ask(dataFolder: string, method: string, path: string): Promise<IncomingMessage | null> {
  const socket = socketPath(dataFolder);
  if (socket === null) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: socket, method, path, agent: false }, resolve);
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
