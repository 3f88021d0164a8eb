/**
 * Connections on which nobody has asked anything yet. Browsers and HTTP clients open them ahead of need; a server that
 * closes waits for them, and Node's `closeIdleConnections` knows only those that have asked before.
 */
import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";

export interface SilentConnections {
  closeAll(): void;
}

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
  server.on("request", ({ socket }: IncomingMessage) => silent.delete(peerOf(socket)));
  return {
    closeAll() {
      for (const socket of silent.values()) socket.destroy();
    },
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
