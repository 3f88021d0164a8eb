/**
 * What the nodes of a group tell each other about themselves for people: how far each has come, how much room its disk
 * has. Asked every few seconds and kept in memory; nothing of the system depends on it.
 */
import { z } from "zod";
import type { Clock } from "#base/clock.ts";
import type { Peers } from "#engines/peer/port.ts";
import type { Store } from "#engines/store/port.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import { createWorkLoop, type WorkLoop } from "./work-loop.ts";

export const reportEveryMs = 2_000;
/** What a node said longer ago than this is not shown any more. */
const reportAgeMsMax = 10_000;
const kind = "node.report";

const NodeReport = z.object({
  appliedIndex: z.number(),
  diskFreeBytes: z.number().nullable(),
  diskBytes: z.number().nullable(),
  lastSnapshotAt: z.number().nullable(),
  rebuilding: z.string().nullable(),
  readOnlyBecause: z.string().nullable(),
});
type Said = z.output<typeof NodeReport>;

/** What a node said of itself, and how far it was then behind what this node knew to be committed. */
export interface NodeReport extends Said {
  readonly lagEntries: number;
}

/** How much of the disk under the data folder is free, and how large it is. */
export type DiskSpace = () => Promise<{ readonly freeBytes: number; readonly bytes: number }>;

export interface NodeReportsOptions {
  readonly cluster: Cluster;
  readonly store: Pick<Store, "status">;
  /** Null for a node alone, which has nobody to ask. */
  readonly peers: Peers | null;
  readonly diskSpace: DiskSpace | null;
  readonly clock: Clock;
}

export interface NodeReports {
  /** What each node last said of itself, this one included, by its id. */
  all(): ReadonlyMap<string, NodeReport>;
  start(): void;
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Answers other nodes from now on; asks them once started. */
export function createNodeReports(options: NodeReportsOptions): NodeReports {
  const { cluster, store, peers, diskSpace, clock } = options;
  const known = new Map<string, { readonly report: NodeReport; readonly at: number }>();

  async function ownReport(): Promise<Said> {
    const { appliedIndex, lastSnapshot, rebuilding } = cluster.view();
    const disk = (await diskSpace?.()) ?? null;
    return {
      appliedIndex,
      diskFreeBytes: disk?.freeBytes ?? null,
      diskBytes: disk?.bytes ?? null,
      lastSnapshotAt: lastSnapshot?.at ?? null,
      rebuilding,
      readOnlyBecause: store.status().readOnlyBecause,
    };
  }

  async function ask(id: string): Promise<void> {
    const { selfId, commitIndex } = cluster.view();
    if (id !== selfId && peers === null) return;
    const answer =
      id === selfId || peers === null
        ? await ownReport()
        : NodeReport.parse(await peers.ask(id, kind, null, { timeoutMs: reportEveryMs }));
    const lagEntries = Math.max(0, commitIndex - answer.appliedIndex);
    known.set(id, { report: { ...answer, lagEntries }, at: clock.monotonic() });
  }

  peers?.answer(kind, ownReport);
  const loop: WorkLoop = createWorkLoop({
    clock,
    async step() {
      const ids = cluster.view().nodes.map(({ id }) => id);
      // Who does not answer is seen by its silence.
      await Promise.allSettled(ids.map(ask));
      for (const id of known.keys()) if (!ids.includes(id)) known.delete(id);
      return reportEveryMs;
    },
    failed: () => {},
  });

  return {
    all() {
      const since = clock.monotonic() - reportAgeMsMax;
      return new Map(
        [...known].filter(([, { at }]) => at >= since).map(([id, { report }]) => [id, report] as const),
      );
    },
    start: () => loop.start(),
    settle: () => loop.settle(),
    close: () => loop.close(),
  };
}
