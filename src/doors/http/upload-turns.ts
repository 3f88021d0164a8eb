/**
 * One request at a time for each upload. Whoever comes back to an upload while an older request still holds it has
 * lost that connection, so the older one is cut off: what it brought is kept, and the newer one goes on from there.
 */
import type { IncomingMessage } from "node:http";
import type { Lock, Locker } from "@tus/server";

interface Turn {
  readonly request: IncomingMessage;
  readonly over: Promise<void>;
}

export class UploadTurns implements Locker {
  readonly #turns = new Map<string, Turn>();
  readonly #current: () => IncomingMessage;

  /** `current` gives the request that asks for its turn. */
  constructor(current: () => IncomingMessage) {
    this.#current = current;
  }

  newLock(id: string): Lock {
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    const turn: Turn = { request: this.#current(), over };
    return {
      lock: async () => {
        const before = this.#turns.get(id);
        this.#turns.set(id, turn);
        // Only what still brings bytes may never end by itself.
        if (before?.request.complete === false) before.request.destroy();
        await before?.over;
      },
      unlock: async () => {
        if (this.#turns.get(id) === turn) this.#turns.delete(id);
        end();
      },
    };
  }
}
