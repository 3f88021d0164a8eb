/**
 * Three nodes of ours and three members of etcd side by side, in one run and in alternating pairs: the store below the
 * doors and whole authorised operations through each door, against etcd's Put of a value of the same size by the same
 * kind of client process; where the time of one operation goes; and what Raft costs a single node.
 * Needs Linux and Debian's etcd-server; without etcd only ours is shown.
 */
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { present } from "#base/assert.ts";
import { RealCluster } from "../nemesis/real-cluster.ts";
import type { RealNode } from "../nemesis/real-node.ts";
import { EtcdCluster, hasEtcd } from "./cluster/etcd.ts";
import { cpuMsOf, median, milliseconds, perSecond } from "./cluster/figures.ts";
import type { Layer, LayerFigures } from "./cluster/layers.ts";
import type { Load, LoadFigures } from "./cluster/load.ts";
import { compareAlone } from "./cluster/one-node.ts";
import type { WriteKind } from "./cluster/writers.ts";

const valueBytes = 256;
const roundMs = 2_000;
const sampleMs = 500;
const warmMs = 8_000;

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of all servers together, per command. */
  readonly serverCpuMs: number;
}

type Measure = () => Promise<Figures>;

interface Wish {
  readonly rounds: number;
  readonly durationMs: number;
  readonly clients: readonly number[];
  readonly print: (line: string) => void;
}

export async function bench(options: {
  readonly rounds: number;
  readonly sample?: boolean;
  readonly print: (line: string) => void;
}): Promise<void> {
  const { print, sample = false } = options;
  const wish: Wish = {
    rounds: sample ? 1 : options.rounds,
    durationMs: sample ? sampleMs : roundMs,
    clients: sample ? [8, 64] : [1, 8, 64, 256, 512],
    print,
  };
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-bench-cluster-"));
  try {
    const cluster = await RealCluster.start({
      folder: join(folder, "ours"),
      nodes: 3,
      hasProxies: false,
      tokens: 1,
      program: join(import.meta.dirname, "cluster/server.ts"),
    });
    const etcd = hasEtcd() ? await EtcdCluster.start(join(folder, "etcd")) : null;
    if (etcd === null)
      print("etcd is not installed (Debian: etcd-server), so there is nothing to compare with");
    try {
      await compareCluster(cluster, etcd, wish);
    } finally {
      await etcd?.close();
      await cluster.close();
    }
    await compareAlone(join(folder, "alone"), wish);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

interface Contender {
  readonly what: string;
  readonly measure: Measure;
}

async function compareCluster(cluster: RealCluster, etcd: EtcdCluster | null, wish: Wish): Promise<void> {
  const { durationMs } = wish;
  const leader = present(await cluster.leader(), "the cluster has a leader");
  const pids = cluster.nodes.map(({ pid }) => present(pid, "a node has a process"));
  const token = present(cluster.school.adminTokens[0], "an admin's token");
  const through = (kind: "http" | "grpc", clients: number): Measure => {
    const address = `127.0.0.1:${leader.ports[kind]}`;
    return load(pids, { kind, addresses: [address], token, clients, durationMs, valueBytes });
  };
  const theirs = async (peer: EtcdCluster, kind: WriteKind, clients: number): Promise<Measure> => {
    const leading = present(peer.members[present(await peer.leader(), "etcd has a leader")], "a member");
    const servers = peer.members.map(({ pid }) => pid);
    const addresses = [leading.address];
    return load(servers, { kind, addresses, token: null, clients, durationMs, valueBytes });
  };
  for (const kind of ["http", "grpc"] as const) await loadOnce(warmUp(leader, kind, token, wish));
  for (const clients of wish.clients) {
    const ours: Contender[] = [
      {
        what: "store below the doors",
        measure: layer(leader, pids, { layer: "store", clients, token, durationMs }),
      },
      { what: "HTTP", measure: through("http", clients) },
      { what: "gRPC", measure: through("grpc", clients) },
    ];
    const peers: Contender[] = [];
    if (etcd !== null) {
      peers.push({ what: "etcd", measure: await theirs(etcd, "etcd", clients) });
      if (clients === 64)
        peers.push({ what: "etcd's HTTP", measure: await theirs(etcd, "etcd-http", clients) });
    }
    await compare(clients, { ours, peers }, wish);
  }
  await breakDown({ leader, pids, token, through: (kind) => through(kind, 1) }, wish);
}

/** Programs are at their speed only after a while. */
function warmUp(leader: RealNode, kind: "http" | "grpc", token: string, { durationMs }: Wish): Load {
  const address = `127.0.0.1:${leader.ports[kind]}`;
  return {
    kind,
    addresses: [address],
    token,
    clients: 64,
    durationMs: Math.min(warmMs, 4 * durationMs),
    valueBytes,
  };
}

/** Measures all in turns and prints the medians, and of the ratios to what was measured in the same round. */
async function compare(
  clients: number,
  { ours, peers }: { readonly ours: readonly Contender[]; readonly peers: readonly Contender[] },
  { rounds, print }: Wish,
): Promise<void> {
  const all = [...ours, ...peers];
  const figures = new Map<Contender, Figures[]>(all.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++)
    // Whoever goes first meets the leftovers of the round before, so they take turns.
    for (const place of all.keys()) {
      const contender = present(all[(place + round) % all.length], "a contender");
      figures.get(contender)?.push(await contender.measure());
    }
  const of = (contender: Contender) => present(figures.get(contender), "its figures");
  for (const contender of all) print(`${clients} clients, ${contender.what}: ${textOf(of(contender))}`);
  for (const mine of ours)
    for (const peer of peers) {
      const ratio = (pick: (each: Figures) => number) =>
        median(
          of(mine).map((each, round) => pick(each) / pick(present(of(peer)[round], "the same round"))),
        ).toFixed(2);
      print(
        `${clients} clients, ${mine.what} / ${peer.what}: rate ${ratio((each) => each.perSecond)}, ` +
          `p50 ${ratio((each) => each.p50Ms)}, p99 ${ratio((each) => each.p99Ms)}, CPU ${ratio((each) => each.serverCpuMs)}`,
      );
    }
}

function textOf(list: readonly Figures[]): string {
  const of = (pick: (figures: Figures) => number) => median(list.map(pick));
  return (
    `${perSecond(of((each) => each.perSecond))}, p50 ${milliseconds(of((each) => each.p50Ms))}, ` +
    `p99 ${milliseconds(of((each) => each.p99Ms))}, CPU ${milliseconds(of((each) => each.serverCpuMs))} a command`
  );
}

function load(servers: readonly number[], wish: Load): Measure {
  return async () => {
    const before = cpuMsOf(servers);
    const figures = await loadOnce(wish);
    return { ...figures, serverCpuMs: (cpuMsOf(servers) - before) / figures.count };
  };
}

async function loadOnce(wish: Load): Promise<LoadFigures> {
  const program = join(import.meta.dirname, "cluster/load.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(wish)]);
  return JSON.parse(stdout) as LoadFigures;
}

function layer(
  leader: RealNode,
  servers: readonly number[],
  wish: Omit<Layer, "valueBytes" | "folder">,
): Measure {
  const { layer: name, clients, durationMs, token } = wish;
  return async () => {
    const before = cpuMsOf(servers);
    const asked = { layer: name, clients, durationMs, token, valueBytes, folder: leader.folder };
    const answer = (await leader.ask(asked)) as { readonly figures?: LayerFigures; readonly error?: string };
    const figures = present(answer.figures, answer.error ?? "the node measured the layer");
    return { ...figures, serverCpuMs: (cpuMsOf(servers) - before) / figures.count };
  };
}

/** Where the time of one write goes when nobody else writes: each layer's median less that of the layer below it. */
async function breakDown(
  parts: {
    readonly leader: RealNode;
    readonly pids: readonly number[];
    readonly token: string;
    readonly through: (kind: "http" | "grpc") => Measure;
  },
  { rounds, durationMs, print }: Wish,
): Promise<void> {
  const { leader, pids, token, through } = parts;
  const measured: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of ["sync", "quorum", "store", "call"] as const) {
      const { p50Ms } = await layer(leader, pids, { layer: name, clients: 1, token, durationMs })();
      measured[name] = [...(measured[name] ?? []), p50Ms];
    }
    for (const door of ["http", "grpc"] as const) {
      const { p50Ms } = await through(door)();
      measured[door] = [...(measured[door] ?? []), p50Ms];
    }
  }
  const of = (name: string) => median(present(measured[name], "a measurement"));
  const text = (value: number) => milliseconds(Math.max(0, value));
  print(
    `where the time of one write goes, one client, medians: HTTP ${text(of("http"))} = ` +
      `door and client ${text(of("http") - of("call"))} + kernel, receipt and audit ${text(of("call") - of("store"))} + ` +
      `store ${text(of("store"))} (of which a round trip to the quorum takes ${text(of("quorum"))} and a sync ${text(of("sync"))}); ` +
      `gRPC ${text(of("grpc"))}, its door and client ${text(of("grpc") - of("call"))}`,
  );
}
