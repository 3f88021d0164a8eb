/**
 * The pause that people feel when the leader dies: from kill -9 to the first write that another node acknowledges, ours
 * and etcd's in turns, three members each on this machine with the same election settings. The writer is the same for
 * both: one client that keeps to a node while it answers, waits half a second for an answer, and goes on to the next.
 * Needs Linux and Debian's etcd-server; without etcd only ours is shown.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assert, present } from "#base/assert.ts";
import { RealCluster } from "../nemesis/real-cluster.ts";
import { EtcdCluster, electionMs, hasEtcd, heartbeatMs } from "./cluster/etcd.ts";
import { quantile } from "./cluster/figures.ts";
import { type Write, writerOf } from "./cluster/writers.ts";

const attemptMs = 500;
const pauseMs = 10;
/** Writes go on for so long before the kill, so that everything is warm. */
const calmMs = 500;
const settleMs = 1_000;
const failoverMsMax = 30_000;
const kills = 50;
const sampleKills = 2;

/** Three members, of which the one that leads can be killed. */
interface Contender {
  readonly name: string;
  /** A writer to each member, in the order of their numbers. */
  readonly writers: readonly Write[];
  leader(): Promise<number>;
  kill(member: number): Promise<void>;
  /** Starts it again and waits until all is well. */
  revive(member: number): Promise<void>;
  close(): Promise<void>;
}

export async function bench(options: {
  readonly rounds: number;
  readonly sample?: boolean;
  readonly print: (line: string) => void;
}): Promise<void> {
  const { print, sample = false } = options;
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-bench-failover-"));
  const contenders: Contender[] = [];
  try {
    contenders.push(await ours(join(folder, "ours")));
    if (hasEtcd()) contenders.push(await etcds(join(folder, "etcd")));
    else print("etcd is not installed (Debian: etcd-server), so there is nothing to compare with");
    const pauses = contenders.map((): number[] => []);
    for (let round = 0; round < (sample ? sampleKills : kills); round++) {
      // Whoever goes first meets the other's leftovers, so they take turns.
      const order = round % 2 === 0 ? [...contenders.keys()] : [...contenders.keys()].reverse();
      for (const place of order)
        pauses[place]?.push(await failOver(present(contenders[place], "a contender of that number")));
    }
    for (const [place, { name }] of contenders.entries()) {
      const list = present(pauses[place], "its pauses");
      print(
        `${name}, ${list.length} kills, election ${electionMs} ms, heartbeat ${heartbeatMs} ms: ` +
          `p50 ${seconds(quantile(list, 0.5))}, p99 ${seconds(quantile(list, 0.99))}, ` +
          `from ${seconds(Math.min(...list))} to ${seconds(Math.max(...list))}`,
      );
    }
    const [mine, theirs] = pauses;
    if (mine !== undefined && theirs !== undefined)
      print(
        `ours / etcd: p50 ${(quantile(mine, 0.5) / quantile(theirs, 0.5)).toFixed(2)}, ` +
          `p99 ${(quantile(mine, 0.99) / quantile(theirs, 0.99)).toFixed(2)}`,
      );
  } finally {
    for (const contender of contenders) await contender.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills the leader under a running writer; gives the milliseconds until another member acknowledged a write. */
async function failOver(contender: Contender): Promise<number> {
  const leader = await contender.leader();
  const { promise: firstAfter, resolve: acknowledged } = Promise.withResolvers<number>();
  let killedAt = Number.POSITIVE_INFINITY;
  let isOver = false;
  const writing = (async () => {
    for (let member = leader; !isOver; ) {
      const called = performance.now();
      const id = randomUUID();
      try {
        await present(contender.writers[member], "a writer to the member")("failover", id, id);
        // Only what began after the kill was surely not done by the one that is dead.
        if (called > killedAt && member !== leader) acknowledged(performance.now());
      } catch {
        member = (member + 1) % contender.writers.length;
      }
      await sleep(pauseMs);
    }
  })();
  await sleep(calmMs);
  killedAt = performance.now();
  await contender.kill(leader);
  const late = sleep(failoverMsMax, null, { ref: false }).then(() => {
    throw new Error(`${contender.name} takes writes again within ${seconds(failoverMsMax)}`);
  });
  const pause = (await Promise.race([firstAfter, late])) - killedAt;
  isOver = true;
  await writing;
  await contender.revive(leader);
  await sleep(settleMs);
  return pause;
}

async function ours(folder: string): Promise<Contender> {
  const cluster = await RealCluster.start({ folder, nodes: 3, hasProxies: false, tokens: 1 });
  const token = present(cluster.school.adminTokens[0], "an admin's token");
  return {
    name: "ours",
    writers: cluster.nodes.map(({ ports }) =>
      writerOf({
        kind: "grpc",
        address: `127.0.0.1:${ports.grpc}`,
        token,
        channel: 0,
        deadlineMs: attemptMs,
      }),
    ),
    async leader() {
      return cluster.nodes.indexOf(present(await cluster.leader(), "the cluster has a leader"));
    },
    kill: (member) => present(cluster.nodes[member], "a node").kill(),
    async revive(member) {
      await present(cluster.nodes[member], "a node").start();
      assert((await cluster.leader()) !== null, "the cluster has a leader again");
    },
    close: () => cluster.close(),
  };
}

async function etcds(folder: string): Promise<Contender> {
  const cluster = await EtcdCluster.start(folder);
  return {
    name: "etcd",
    writers: cluster.members.map(({ address }) =>
      writerOf({ kind: "etcd", address, token: null, channel: 0, deadlineMs: attemptMs }),
    ),
    async leader() {
      return present(await cluster.leader(), "etcd has a leader");
    },
    kill: (member) => cluster.kill(member),
    async revive(member) {
      cluster.restart(member);
      await cluster.untilHealthy();
    },
    close: () => cluster.close(),
  };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
