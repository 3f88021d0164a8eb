/** One run: a cluster is made, clients work, faults come, and at the end everything is looked over. */
import { join } from "node:path";
import { compareDatabases, finalState, untilConverged } from "./aftermath.ts";
import { judge } from "./checker.ts";
import { hasOwnMounts, mountSmallDisk, unmount } from "./disks.ts";
import { RealCluster } from "./real-cluster.ts";
import type { RunResult } from "./report.ts";
import { storm } from "./storm.ts";
import { uploadWhileLeaderDies } from "./uploads.ts";
import { Workload } from "./workload.ts";

export interface NemesisOptions {
  readonly folder: string;
  readonly nodes: number;
  readonly seed: number;
  readonly minutes: number;
  /** Why no disk is filled up, where that is so. */
  readonly diskNote: string;
  /** How large the file is that is on its way while the leader dies; 0 for none. */
  readonly uploadBytes: number;
  readonly print: (line: string) => void;
}

const clients = { registers: 5, appends: 3, sessions: 3, posts: 2 };

export async function nemesis(options: NemesisOptions): Promise<RunResult> {
  const { folder, nodes, seed, print } = options;
  const smallDisks = hasOwnMounts ? [join(folder, "disk-1"), join(folder, "disk-2")] : [];
  for (const disk of smallDisks) mountSmallDisk(disk);
  const cluster = await RealCluster.start({ folder, nodes, smallDisks });
  try {
    print(`${cluster.nodes.length} nodes vote`);
    const start = performance.now();
    const note = (what: string) =>
      print(`${((performance.now() - start) / 1_000).toFixed(1).padStart(7)} s  ${what}`);
    const workload = new Workload({ urls: cluster.urls, school: cluster.school, seed, clients });
    const uploads: string[] = [];
    if (options.uploadBytes > 0)
      for (const through of ["a follower", "the leader"] as const) {
        const bytes = options.uploadBytes;
        const line = await uploadWhileLeaderDies(cluster, {
          folder,
          bytes,
          seed: seed + uploads.length,
          through,
        });
        note(line);
        uploads.push(line);
      }
    const stormStart = performance.now();
    const blows = await storm({ cluster, seed, durationMs: options.minutes * 60_000, smallDisks, note });
    const stormMs = performance.now() - stormStart;
    const history = await workload.stop();
    note("the clients have ended");
    await untilConverged(cluster);
    const final = await finalState(cluster, history);
    const comparison = await compareDatabases(cluster);
    note("all nodes compared");
    for (const node of cluster.nodes) await node.stop();
    const all = [...cluster.nodes, ...cluster.removed];
    const events = new Map<string, number>();
    for (const node of all)
      for (const [event, count] of node.events) events.set(event, (events.get(event) ?? 0) + count);
    return {
      nodes,
      seed,
      stormMs,
      blows,
      judgement: judge(history, final),
      comparison,
      counts: workload.counts,
      acknowledgedAt: history.acknowledgedAt,
      unexpectedEnds: all.flatMap(({ unexpectedEnds }) => unexpectedEnds),
      roughStops: all.flatMap(({ roughStops }) => roughStops),
      events,
      uploads,
      memoryPeakBytes: Math.max(...all.map(({ memoryPeakBytes }) => memoryPeakBytes)),
      diskNote: options.diskNote,
    };
  } finally {
    await cluster.close();
    for (const disk of smallDisks) unmount(disk);
  }
}
