/**
 * The addresses under which one school answers: the one that the user named, and those of its other nodes, so that a
 * node that is gone is a pause and not an error.
 */
import { isIP } from "node:net";

export interface Servers {
  /** The address in use. */
  readonly current: string;
  /** All of them, the one in use first. */
  readonly all: readonly string[];
  /** Goes on to the next one, after the last to the first. */
  moveOn(): void;
}

export function createServers(first: string, others: readonly string[]): Servers {
  const all = [...new Set([first, ...sisters(first, others)])];
  let at = 0;
  return {
    get current() {
      return all[at] ?? first;
    },
    get all() {
      return [...all.slice(at), ...all.slice(0, at)];
    },
    moveOn() {
      at = (at + 1) % all.length;
    },
  };
}

/**
 * Those of `others` that may be sent what `server` may be sent. A server on the network cannot direct a session to
 * clear text, nor to a port of the user's own machine.
 */
export function sisters(server: string, others: readonly string[]): string[] {
  const own = new URL(server);
  return others.flatMap((other) => {
    if (!URL.canParse(other)) return [];
    const url = new URL(other);
    const isFit = url.protocol === own.protocol && isOwnMachine(url) === isOwnMachine(own);
    return isFit && url.origin !== own.origin ? [url.origin] : [];
  });
}

function isOwnMachine({ hostname }: URL): boolean {
  return (
    hostname === "localhost" || hostname === "[::1]" || (isIP(hostname) === 4 && hostname.startsWith("127."))
  );
}
