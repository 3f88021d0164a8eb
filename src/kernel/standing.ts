/**
 * Whether this node should be asked at all: one that rebuilds its data, or has far to go to where the others are, says
 * so rather than answer from a past that nobody remembers.
 */
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import type { Store } from "#engines/store/port.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import type { Leadership } from "./leadership.ts";

/** Entries that a node may be behind what it knows to be committed, and still answer reads. */
export const behindEntriesMax = 2_000;
/** How long a node may be without a leader before it asks to be left out. */
export const leaderlessMsMax = 5_000;
const lookEveryMs = 100;
const arriveRetryMs = 100;
/** How long a node that starts is waited for before it opens its doors, and answers that it is not ready. */
export const arriveMsMax = 10_000;

export interface Standing {
  /** Resolves when this node has all that the others had when it started, or `waitMs` have gone; it goes on trying then. */
  arrived(waitMs: number): Promise<void>;
  /** Throws `Unavailable` where this node does not answer reads at present. */
  demandReadable(): void;
  /** Why requests had better go to another node, or null. For load balancers. */
  unready(): string | null;
  close(): void;
}

export function createStanding(parts: {
  readonly store: Pick<Store, "read">;
  readonly cluster: Cluster;
  readonly leadership: Leadership;
  readonly clock: Clock;
}): Standing {
  const { store, cluster, leadership, clock } = parts;
  let hasArrived = false;
  let isClosed = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let unreadable: string | null = null;

  /** Comes to where the others were when this node started: what it held before may be of any age. */
  async function arrive(): Promise<void> {
    while (!hasArrived && !isClosed) {
      try {
        await store.read(async () => null, { strong: true });
        hasArrived = true;
      } catch {
        // Whatever it is, the store says it in its own place; this node is not ready while it lasts.
        await leadership.changed(arriveRetryMs);
      }
    }
  }

  // Every read asks, so the answer is remembered for a moment.
  function look(): string | null {
    if (!hasArrived) return "This node has just started and takes in what it has missed.";
    const now = clock.monotonic();
    if (now - lookedAt < lookEveryMs) return unreadable;
    lookedAt = now;
    const { selfId, nodes, rebuilding, commitIndex, appliedIndex } = cluster.view();
    const behind = commitIndex - appliedIndex;
    if (!nodes.some(({ id }) => id === selfId)) unreadable = "This node was taken out of the cluster.";
    else if (rebuilding !== null) unreadable = `This node rebuilds its data: ${rebuilding}.`;
    else if (behind > behindEntriesMax)
      unreadable = `This node is ${behind} entries behind the others and catches up.`;
    else unreadable = null;
    return unreadable;
  }

  return {
    async arrived(waitMs) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = clock.after(waitMs, resolve);
      await Promise.race([arrive(), promise]);
      cancel();
    },
    demandReadable() {
      const reason = look();
      if (reason !== null) throw new Unavailable(`${reason} Ask another node, or this one in a moment.`);
    },
    unready() {
      const { leaderlessSince } = leadership;
      const isLost = leaderlessSince !== null && clock.monotonic() - leaderlessSince >= leaderlessMsMax;
      return look() ?? (isLost ? "This node has heard of no leader for a while." : null);
    },
    close() {
      isClosed = true;
    },
  };
}
