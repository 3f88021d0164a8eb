/**
 * Whether this node should be asked at all: one that rebuilds its data, or has far to go to where the others are, says
 * so rather than answer from a past that nobody remembers.
 */
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import type { Leadership } from "./leadership.ts";

/** Entries that a node may be behind what it knows to be committed, and still answer reads. */
export const behindEntriesMax = 2_000;
/** How long a node may be without a leader before it asks to be left out. */
export const leaderlessMsMax = 5_000;
const lookEveryMs = 100;

export interface Standing {
  /** Throws `Unavailable` where this node does not answer reads at present. */
  demandReadable(): void;
  /** Why requests had better go to another node, or null. For load balancers. */
  unready(): string | null;
}

export function createStanding(parts: {
  readonly cluster: Cluster;
  readonly leadership: Leadership;
  readonly clock: Clock;
}): Standing {
  const { cluster, leadership, clock } = parts;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let unreadable: string | null = null;

  // Every read asks, so the answer is remembered for a moment.
  function look(): string | null {
    const now = clock.monotonic();
    if (now - lookedAt < lookEveryMs) return unreadable;
    lookedAt = now;
    const { rebuilding, commitIndex, appliedIndex } = cluster.view();
    const behind = commitIndex - appliedIndex;
    if (rebuilding !== null) unreadable = `This node rebuilds its data: ${rebuilding}.`;
    else if (behind > behindEntriesMax)
      unreadable = `This node is ${behind} entries behind the others and catches up.`;
    else unreadable = null;
    return unreadable;
  }

  return {
    demandReadable() {
      const reason = look();
      if (reason !== null) throw new Unavailable(`${reason} Ask another node, or this one in a moment.`);
    },
    unready() {
      const { leaderlessSince } = leadership;
      const isLost = leaderlessSince !== null && clock.monotonic() - leaderlessSince >= leaderlessMsMax;
      return look() ?? (isLost ? "This node has heard of no leader for a while." : null);
    },
  };
}
