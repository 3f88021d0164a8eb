/** Which process is at the other end of a local TCP connection. Linux tells in /proc; nothing else needs to be asked. */
import fs from "node:fs";

export interface ConnectionPorts {
  /** The dialling end's port. */
  readonly localPort: number;
  /** The port that was dialled. */
  readonly remotePort: number;
}

/** The process among `pids` that holds the dialling end, or null when none of them does (yet). */
export function pidOfConnection(ports: ConnectionPorts, pids: readonly number[]): number | null {
  const inode = inodeOf(ports);
  if (inode === null) return null;
  return pids.find((pid) => holdsSocket(pid, `socket:[${inode}]`)) ?? null;
}

function inodeOf({ localPort, remotePort }: ConnectionPorts): string | null {
  const local = `:${hex(localPort)}`;
  const remote = `:${hex(remotePort)}`;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of fs.readFileSync(table, "latin1").split("\n")) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(local) === true && fields[2]?.endsWith(remote) === true)
        return fields[9] ?? null;
    }
  }
  return null;
}

function holdsSocket(pid: number, name: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return fs.readdirSync(folder).some((fd) => linkOf(`${folder}/${fd}`) === name);
  } catch {
    // The process has just ended.
    return false;
  }
}

function linkOf(path: string): string | null {
  try {
    return fs.readlinkSync(path);
  } catch {
    return null;
  }
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}
