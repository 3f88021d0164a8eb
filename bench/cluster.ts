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
const roundMs = 3_000;
const sampleMs = 500;
const warmMs = 1_000;

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

async function compareCluster(cluster: RealCluster, etcd: EtcdCluster | null, wish: Wish): Promise<void> {
  const leader = present(await cluster.leader(), "the cluster has a leader");
  const pids = cluster.nodes.map(({ pid }) => present(pid, "a node has a process"));
  const token = present(cluster.school.adminTokens[0], "an admin's token");
  const below = (clients: number): Measure =>
    layer(leader, pids, { layer: "store", clients, token, durationMs: wish.durationMs });
  const through = (kind: "http" | "grpc", clients: number): Measure => {
    const address = `127.0.0.1:${leader.ports[kind]}`;
    return load(pids, {
      kind,
      addresses: [address],
      token,
      clients,
      durationMs: wish.durationMs,
      valueBytes,
    });
  };
  const theirs =
    etcd === null
      ? null
      : async (kind: WriteKind, clients: number): Promise<Measure> => {
          const members = etcd.members;
          const leading = present(members[present(await etcd.leader(), "etcd has a leader")], "a member");
          const addresses = [leading.address];
          const { durationMs } = wish;
          const servers = members.map(({ pid }) => pid);
          return load(servers, { kind, addresses, token: null, clients, durationMs, valueBytes });
        };
  const cases = [
    { what: "store below the doors", ours: below, peer: "etcd" },
    { what: "HTTP", ours: (clients: number) => through("http", clients), peer: "etcd" },
    { what: "gRPC", ours: (clients: number) => through("grpc", clients), peer: "etcd" },
    {
      what: "HTTP against etcd's own HTTP",
      ours: (clients: number) => through("http", clients),
      peer: "etcd-http",
    },
  ] as const;
  for (const { what, ours, peer } of cases)
    for (const clients of wish.clients) {
      const other = theirs === null ? null : await theirs(peer, clients);
      await compare(`${what}, ${clients} clients`, { ours: ours(clients), theirs: other }, wish);
    }
  await breakDown({ leader, pids, token, through: (kind) => through(kind, 1) }, wish);
}

/** Measures both in turns and prints the medians, and of the ratios. */
async function compare(
  what: string,
  sides: { readonly ours: Measure; readonly theirs: Measure | null },
  { rounds, print }: Wish,
): Promise<void> {
  const ours: Figures[] = [];
  const theirs: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever goes first meets the other's leftovers, so they take turns.
    if (round % 2 === 0) ours.push(await sides.ours());
    if (sides.theirs !== null) theirs.push(await sides.theirs());
    if (round % 2 === 1) ours.push(await sides.ours());
  }
  const ratio = (of: (figures: Figures) => number) =>
    median(ours.map((figures, round) => of(figures) / of(present(theirs[round], "a pair")))).toFixed(2);
  const ratios =
    theirs.length === 0
      ? ""
      : `ratio ${ratio((each) => each.perSecond)}, p50 ${ratio((each) => each.p50Ms)}, p99 ${ratio((each) => each.p99Ms)}; `;
  print(`${what}: ${ratios}ours ${textOf(ours)}${theirs.length === 0 ? "" : `; etcd ${textOf(theirs)}`}`);
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
    await loadOnce({ ...wish, durationMs: Math.min(warmMs, wish.durationMs) / 4 });
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
