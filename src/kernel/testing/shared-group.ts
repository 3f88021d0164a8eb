/**
 * Several nodes over one store, for tests of what the kernel does with leadership: the test says who leads, who believes
 * what, and at which moment a leader is lost. Consensus itself has its own tests; here a loss comes exactly when it hurts.
 */
import { type Clock, ManualClock } from "#base/clock.ts";
import { NotLeader, OutcomeUnknown } from "#engines/errors.ts";
import type { Store } from "#engines/store/port.ts";
import { type Cluster, type ClusterView, RaftRefused } from "#engines/store/replica/cluster.ts";

type Heard = { readonly isLeader: boolean; readonly leaderId: string | null };

export class SharedGroup {
  readonly #store: Store;
  readonly #ids: readonly string[];
  readonly #clock: Clock;
  readonly #beliefs = new Map<string, string | null>();
  readonly #ledSince = new Map<string, number | null>();
  readonly #listeners = new Map<string, Set<(now: Heard) => void>>();
  #loss: { readonly moment: "before" | "after"; readonly happened: () => void } | null = null;
  /** Commands that reached a store, by the node. */
  readonly writes: string[] = [];
  /** Why every change of the membership is refused; null when none is. */
  refusal: RaftRefused["code"] | null = null;
  /** Nodes that were taken out. */
  readonly removed = new Set<string>();
  /** Members that were added, removed, or handed leadership. */
  readonly changes: string[] = [];

  constructor(store: Store, ids: readonly string[], clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
    for (const id of ids) this.#listeners.set(id, new Set());
  }

  /** The leader is lost in the next command: before it wrote anything, or after all was durable. Resolves then. */
  loseLeader(moment: "before" | "after"): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#loss = { moment, happened: resolve };
    return promise;
  }

  /** From now on everybody knows that `id` leads, or that nobody does. */
  lead(id: string | null): void {
    for (const each of this.#ids) this.believe(each, id);
  }

  /** From now on `id` takes `leaderId` for the leader, whatever the others do. */
  believe(id: string, leaderId: string | null): void {
    this.#beliefs.set(id, leaderId);
    this.#ledSince.set(id, leaderId === null ? null : this.#clock.now());
    for (const listener of this.#listeners.get(id) ?? []) listener({ isLeader: leaderId === id, leaderId });
  }

  /** The store as the node `id` has it. */
  of(id: string): Store {
    const store = this.#store;
    return {
      engine: store.engine,
      cluster: this.#clusterOf(id),
      read: (work, options) => store.read(work, options),
      migrate: (migrations) => store.migrate(migrations),
      onCommit: (listener) => store.onCommit(listener),
      snapshotTo: (file) => store.snapshotTo(file),
      leaveNoTraceOf: (deletedAt) => store.leaveNoTraceOf(deletedAt),
      status: () => store.status(),
      close: async () => {},
      write: async (work) => {
        const leaderId = this.#leaderFor(id);
        if (leaderId !== id) throw new NotLeader(leaderId);
        this.writes.push(id);
        const loss = this.#loss;
        this.#loss = null;
        if (loss?.moment === "before") this.#lose(loss.happened);
        const answer = await store.write(work);
        if (loss?.moment === "after") this.#lose(loss.happened);
        return answer;
      },
    };
  }

  #lose(happened: () => void): never {
    this.lead(null);
    happened();
    throw new OutcomeUnknown("leadership was lost");
  }

  #leaderFor(id: string): string | null {
    return this.#beliefs.get(id) ?? null;
  }

  /** As the group itself, which has each member once. */
  #change(change: string): void {
    if (this.refusal !== null) throw new RaftRefused(this.refusal, "not now");
    if (!this.changes.includes(change)) this.changes.push(change);
  }

  #clusterOf(id: string): Cluster {
    return {
      view: (): ClusterView => {
        const leaderId = this.#leaderFor(id);
        const { position } = this.#store.status();
        return {
          clusterId: "0".repeat(32),
          selfId: id,
          role: leaderId === id ? "leader" : "follower",
          term: 1,
          leaderId,
          leaderSince: this.#ledSince.get(id) ?? null,
          commitIndex: position,
          appliedIndex: position,
          nodes: this.#ids
            .filter((each) => !this.removed.has(each))
            .map((each) => ({
              id: each,
              role: "voter" as const,
              about: { name: each, peerAddress: `${each}:1`, httpUrl: null, grpcAddress: null },
              isLeader: each === leaderId,
              isReachable: true,
              version: null,
              lagEntries: null,
              state: null,
            })),
          lastSnapshot: null,
          rebuilding: null,
          wasMember: true,
        };
      },
      addMember: async (member) => this.#change(`add ${member.id}`),
      updateMember: async (member) => this.#change(`update ${member.id}`),
      removeMember: async (removed) => {
        this.#change(`remove ${removed}`);
        this.removed.add(removed);
      },
      transferLeadership: async (to) => {
        const next = to ?? this.#ids.find((each) => each !== id) ?? id;
        this.changes.push(`transfer ${next}`);
        this.lead(next);
      },
      onLeadership: (listener) => {
        this.#listeners.get(id)?.add(listener);
        return () => void this.#listeners.get(id)?.delete(listener);
      },
    };
  }
}

/** A clock whose every pause is over as soon as nothing else is to be done: ten seconds of waiting take no time. */
export class HastyClock implements Clock {
  readonly #clock = new ManualClock();

  advance(durationMs: number): void {
    this.#clock.advance(durationMs);
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  after(delayMs: number, action: () => void): () => void {
    const due = this.#clock.now() + delayMs;
    const timer = setImmediate(() => {
      this.#clock.advance(Math.max(0, due - this.#clock.now()));
      action();
    });
    return () => clearImmediate(timer);
  }
}
