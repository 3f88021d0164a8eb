/**
 * Work in the background that must be done at one node only: begun when this node begins to lead, ended when it ceases
 * to. Each time it is made anew, so nothing that an earlier term remembered can be acted upon.
 */
import type { Log } from "./kernel.ts";
import type { Leadership } from "./leadership.ts";

/** What runs while this node leads. */
export interface Background {
  start(): void;
  /** Works until there is nothing more to do at present. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface LeaderWorkOptions {
  /** Null where no group decides who leads: the work is this node's for as long as it runs. */
  readonly leadership: Leadership | null;
  /** Makes the work, at rest; may write what must be there first. */
  readonly begin: () => Promise<Background>;
  readonly log: Log;
}

/** How often beginning is tried again while this node leads. */
const retryMs = 1_000;

export function createLeaderWork({ leadership, begin, log }: LeaderWorkOptions): Background {
  let current: Background | null = null;
  let isStarted = false;
  let isClosed = false;
  /** Leadership was lost since the work was begun, and may have come back: another node may have done its part. */
  let isStale = false;
  /** Beginning and ending take turns: two terms of work never overlap. */
  let turn: Promise<void> = Promise.resolve();
  let unsubscribe = (): void => {};

  const leads = (): boolean => !isClosed && (leadership === null || leadership.isLeader);

  async function follow(): Promise<void> {
    for (;;) {
      if (current !== null && (isStale || !leads())) {
        const ending = current;
        current = null;
        await ending.close();
      }
      if (current !== null || !leads()) return;
      isStale = false;
      try {
        current = await begin();
        if (isStarted) current.start();
      } catch (error) {
        // Leadership may have gone again, or the disk be full: the same is tried for as long as this node leads.
        if (leadership === null) throw error;
        log("warn", "the work of the leader could not begin yet", { retryInMs: retryMs, err: error });
        await leadership.changed(retryMs);
      }
    }
  }

  function changed(): void {
    if (!leads()) isStale = true;
    void next();
  }

  function next(): Promise<void> {
    turn = turn.then(follow).catch((error: unknown) => {
      log("error", "the work of the leader failed", { err: error });
    });
    return turn;
  }

  return {
    start() {
      isStarted = true;
      unsubscribe = leadership?.onChange(changed) ?? unsubscribe;
      if (current === null) void next();
      else current.start();
    },
    async settle() {
      await next();
      await current?.settle();
    },
    async close() {
      isClosed = true;
      unsubscribe();
      await next();
    },
  };
}
