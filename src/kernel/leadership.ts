/**
 * Who leads the group, as this node knows it at this moment: kept up to date by the store, so that asking costs
 * nothing on the way of every command, and so that whoever waits for a leader wakes as soon as there is one.
 */
import type { Clock } from "#base/clock.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";

export interface Leadership {
  readonly selfId: string;
  readonly isLeader: boolean;
  /** Null while no leader is known. */
  readonly leaderId: string | null;
  /** Since when (`Clock.monotonic`) no leader is known; null while one is. */
  readonly leaderlessSince: number | null;
  /** Calls `listener` after every change; the returned function ends that. */
  onChange(listener: () => void): () => void;
  /** Resolves at the next change, when `waitMs` have gone, or when `signal` is aborted, whichever is first. */
  changed(waitMs: number, signal?: AbortSignal): Promise<void>;
  /** Ends listening to the store; whoever waits is let go. */
  close(): void;
}

export function followLeadership(cluster: Cluster, clock: Clock): Leadership {
  const listeners = new Set<() => void>();
  const { selfId } = cluster.view();
  let isLeader = false;
  let leaderId: string | null = null;
  let leaderlessSince: number | null = clock.monotonic();

  function take(now: { readonly isLeader: boolean; readonly leaderId: string | null }): void {
    if (now.isLeader === isLeader && now.leaderId === leaderId) return;
    if (now.leaderId !== null) leaderlessSince = null;
    else leaderlessSince ??= clock.monotonic();
    ({ isLeader, leaderId } = now);
    for (const listener of [...listeners]) listener();
  }

  const unsubscribe = cluster.onLeadership(take);
  // What was known before the listener was there.
  const view = cluster.view();
  take({ isLeader: view.role === "leader", leaderId: view.leaderId });

  return {
    selfId,
    get isLeader() {
      return isLeader;
    },
    get leaderId() {
      return leaderId;
    },
    get leaderlessSince() {
      return leaderlessSince;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed(waitMs, signal) {
      return new Promise((resolve) => {
        const done = (): void => {
          listeners.delete(done);
          cancel();
          signal?.removeEventListener("abort", done);
          resolve();
        };
        const cancel = clock.after(waitMs, done);
        listeners.add(done);
        signal?.addEventListener("abort", done, { once: true });
        if (signal?.aborted === true) done();
      });
    },
    close() {
      unsubscribe();
      for (const listener of [...listeners]) listener();
      listeners.clear();
    },
  };
}
