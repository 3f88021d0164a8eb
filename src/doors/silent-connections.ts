/**
 * Connections on which nobody has asked anything yet. Browsers and clients open them ahead of need; a server that
 * closes waits for them, and Node knows only those that have asked before.
 */
import type { Server, Socket } from "node:net";

export interface SilentConnections {
  /** Says that something was asked on a connection. */
  heard(socket: Pick<Socket, "remoteAddress" | "remotePort">): void;
  closeAll(): void;
}

/** How long a connection that was just opened may still bring its first request to a door that closes. */
export const silenceMsMax = 250;

/** Watches from the first connection on. */
export function silentConnections(server: Server): SilentConnections {
  // By the peer's address: under TLS a request names another socket than the one that was accepted.
  const silent = new Map<string, Socket>();
  server.on("connection", (socket: Socket) => {
    const peer = peerOf(socket);
    silent.set(peer, socket);
    socket.once("close", () => {
      if (silent.get(peer) === socket) silent.delete(peer);
    });
  });
  return {
    heard: (socket) => silent.delete(peerOf(socket)),
    closeAll() {
      for (const socket of silent.values()) socket.destroy();
    },
  };
}

function peerOf({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): string {
  return `${remoteAddress} ${remotePort}`;
}
