/**
 * Three nodes are restarted one after the other, every minute for an hour, while people read, write and send files.
 * Their clients know all nodes and retry as ours do; not one request of theirs may fail.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chanceOf } from "../nemesis/chance.ts";
import { RealCluster } from "../nemesis/real-cluster.ts";
import { MixedLoad } from "./cluster/mixed-load.ts";

/** 500 are an hour; the sample's 8 a minute. */
const minutesPerCount = 60 / 500;
/** Each of three nodes once. */
const sampleMinutes = 0.75;
const betweenMs = 60_000;
const sampleBetweenMs = 15_000;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const { count, seed, print } = options;
  const durationMs = Math.max(sampleMinutes, count * minutesPerCount) * 60_000;
  const everyMs = Math.min(betweenMs, Math.max(sampleBetweenMs, durationMs / 10));
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-prove-rolling-"));
  const cluster = await RealCluster.start({ folder, nodes: 3 });
  try {
    const load = new MixedLoad({ urls: cluster.urls, school: cluster.school, chance: chanceOf(seed) });
    const stops: number[] = [];
    const start = performance.now();
    for (let turn = 0; performance.now() - start < durationMs; turn++) {
      const began = performance.now();
      const node = cluster.nodes[turn % cluster.nodes.length];
      assert(node !== undefined, "there is a node to restart");
      stops.push(await node.stop());
      await node.start();
      await sleep(Math.max(0, everyMs - (performance.now() - began)));
    }
    const result = await load.stop();
    print(
      `rolling restart: ${(durationMs / 60_000).toFixed(2)} minutes, ${stops.length} restarts (a node took ` +
        `${(Math.max(...stops) / 1_000).toFixed(1)} s at most to end its requests); ` +
        `${result.reads} reads, ${result.writes} writes, ${result.uploads} files of ${result.uploadedMegabytes} MB in all; ` +
        `${result.failed.length} failed`,
    );
    print(
      `attempts made again ${result.counts.silences + result.counts.unavailable}; the slowest request took ${(result.slowestMs / 1_000).toFixed(1)} s, ` +
        `99 of 100 under ${result.p99Ms.toFixed(0)} ms`,
    );
    assert.deepEqual(result.failed.slice(0, 10), [], "no request fails");
    assert.deepEqual(
      cluster.nodes.flatMap(({ unexpectedEnds, roughStops }) => [...unexpectedEnds, ...roughStops]),
      [],
      "no node ends by itself, or too late",
    );
    assert.ok(result.reads > 0 && result.writes > 0 && result.uploads > 0, "there was work of every kind");
  } finally {
    await cluster.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
