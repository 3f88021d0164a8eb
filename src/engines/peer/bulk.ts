/**
 * A second connection to a peer for what is large (snapshots, files), so that heartbeats never stand in a queue behind
 * it. Opened when first needed, closed when nothing needed it for a while.
 */
import type { ClientHttp2Session } from "node:http2";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import { type KeepAliveTiming, keepAlive } from "./keep-alive.ts";

const idleMs = 30_000;

export interface BulkConnection {
  /** Runs `use` with the connection, which stays open as long as it runs. Rejects with `Unavailable` when there is none to be had. */
  with<T>(use: (session: ClientHttp2Session) => Promise<T>): Promise<T>;
  close(): void;
}

export function createBulkConnection(options: {
  dial(): Promise<ClientHttp2Session>;
  readonly clock: Clock;
  readonly timing: KeepAliveTiming;
}): BulkConnection {
  const { clock } = options;
  let opening: Promise<ClientHttp2Session> | null = null;
  let users = 0;
  let cancelIdle = () => {};

  async function open(): Promise<ClientHttp2Session> {
    try {
      const session = await options.dial();
      keepAlive(session, clock, options.timing, () => {});
      session.on("goaway", () => session.close());
      return session;
    } catch (cause) {
      throw new Unavailable(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  async function current(): Promise<ClientHttp2Session> {
    const mine = opening ?? open();
    opening = mine;
    const forget = () => {
      if (opening === mine) opening = null;
    };
    try {
      const session = await mine;
      if (!session.closed && !session.destroyed) return session;
    } catch (error) {
      forget();
      throw error;
    }
    forget();
    return current();
  }

  function close(): void {
    cancelIdle();
    opening?.then(
      (session) => session.destroy(),
      () => {
        // It never opened.
      },
    );
    opening = null;
  }

  return {
    close,
    async with(use) {
      cancelIdle();
      users++;
      try {
        return await use(await current());
      } finally {
        if (--users === 0) cancelIdle = clock.after(idleMs, close);
      }
    },
  };
}
