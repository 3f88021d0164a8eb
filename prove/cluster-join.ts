/**
 * A node joins a cluster that holds a gigabyte, while clients write: how long that takes, what it does to the leader's
 * answers, and how much memory both of them hold meanwhile. Needs Linux (memory is read from /proc).
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryPeakOf, quantile } from "../bench/cluster/figures.ts";
import { type Write, writerOf } from "../bench/cluster/writers.ts";
import { RealCluster } from "../nemesis/real-cluster.ts";
import type { RealNode } from "../nemesis/real-node.ts";

/** 500 are a gigabyte; the sample's 8 are 40 MB. */
const bytesPerCount = 2_147_484;
const bytesMin = 40_000_000;
const beforeMs = 15_000;
const beforeSampleMs = 3_000;
const clients = 8;
const restMs = 10;
const valueBytes = 256;
/** A figure of a leader's memory that a gigabyte of state must not move it beyond. */
const memoryBytesMax = 700 << 20;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const { count, print } = options;
  const bytes = Math.max(bytesMin, count * bytesPerCount);
  const isSample = bytes === bytesMin;
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-prove-join-"));
  const program = join(import.meta.dirname, "../bench/cluster/server.ts");
  const cluster = await RealCluster.start({ folder, nodes: 2, hasProxies: false, tokens: 1, program });
  try {
    const leader = await leaderOf(cluster);
    const token = cluster.school.adminTokens[0] ?? "";
    const start = performance.now();
    const filled = (await leader.ask({ layer: "fill", bytes, token, folder: leader.folder })) as {
      readonly error?: string;
    };
    assert.equal(filled.error, undefined);
    print(`${megabytes(bytes)} written in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
    const load = new SteadyLoad(leader, token);
    await sleep(isSample ? beforeSampleMs : beforeMs);
    const began = performance.now();
    const newcomer = await cluster.addNode();
    const ended = performance.now();
    await sleep(isSample ? 0 : beforeMs);
    const latencies = await load.stop();
    const within = (from: number, to: number) =>
      latencies.filter(({ at }) => at >= from && at < to).map(({ tookMs }) => tookMs);
    const [before, during] = [within(0, began), within(began, ended)];
    assert.deepEqual(load.failed, [], "no write fails");
    print(
      `${newcomer.name} joined under load (${clients} clients, ${Math.round((during.length / (ended - began)) * 1_000)} writes/s) ` +
        `and voted after ${((ended - began) / 1_000).toFixed(1)} s`,
    );
    const p99 = quantile(during, 0.99) / quantile(before, 0.99);
    print(
      `the leader's answers: p50 ${text(before, 0.5)} before, ${text(during, 0.5)} during; ` +
        `p99 ${text(before, 0.99)} before, ${text(during, 0.99)} during: ${p99.toFixed(2)} times (aim < 2)`,
    );
    const memory = [leader, newcomer].map((node) => memoryPeakOf(node.pid ?? 0));
    print(`memory at most: leader ${megabytes(memory[0] ?? 0)}, newcomer ${megabytes(memory[1] ?? 0)}`);
    for (const peak of memory)
      assert.ok(peak < memoryBytesMax, `${megabytes(peak)} of memory are within bounds`);
  } finally {
    await cluster.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function leaderOf(cluster: RealCluster): Promise<RealNode> {
  const leader = await cluster.leader();
  assert.ok(leader !== null, "the cluster has a leader");
  return leader;
}

/** A few clients that write at a walking pace, so that the answers show what stands in their way. */
class SteadyLoad {
  readonly failed: string[] = [];
  readonly #latencies: { readonly at: number; readonly tookMs: number }[] = [];
  readonly #running: Promise<void>[];
  #isOver = false;

  constructor(leader: RealNode, token: string) {
    this.#running = Array.from({ length: clients }, (_, client) =>
      this.#write(
        writerOf({
          kind: "http",
          address: `127.0.0.1:${leader.ports.http}`,
          token,
          channel: client,
          deadlineMs: null,
        }),
        client,
      ),
    );
  }

  async stop(): Promise<readonly { readonly at: number; readonly tookMs: number }[]> {
    this.#isOver = true;
    await Promise.all(this.#running);
    return this.#latencies;
  }

  async #write(write: Write, client: number): Promise<void> {
    while (!this.#isOver) {
      const called = performance.now();
      await write(`join-${client}`, "v".repeat(valueBytes), crypto.randomUUID()).then(
        () => this.#latencies.push({ at: called, tookMs: performance.now() - called }),
        (error: unknown) => this.failed.push(String(error)),
      );
      await sleep(restMs);
    }
  }
}

function text(values: readonly number[], at: number): string {
  return `${quantile(values, at).toFixed(1)} ms`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
