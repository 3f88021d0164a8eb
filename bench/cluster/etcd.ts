/**
 * The peer to measure ourselves against: etcd 3.4, three members on the loopback, each a process of its own, fsync on,
 * with the election settings that ours has by default. Needs `etcd` on the path (Debian: etcd-server).
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assert, present } from "#base/assert.ts";
import { freePorts } from "#base/free-ports.ts";

export const electionMs = 1_000;
export const heartbeatMs = 100;
const startMsMax = 20_000;

export interface EtcdMember {
  readonly name: string;
  /** Where it answers clients: gRPC, and JSON over HTTP. */
  readonly address: string;
  readonly pid: number;
}

/** Whether there is an etcd to compare with. */
export function hasEtcd(): boolean {
  return spawnSync("etcd", ["--version"]).status === 0;
}

export class EtcdCluster {
  readonly #folder: string;
  readonly #ports: readonly { readonly client: number; readonly peer: number }[];
  readonly #processes: ChildProcess[] = [];

  private constructor(folder: string, ports: readonly number[], members: number) {
    this.#folder = folder;
    this.#ports = Array.from({ length: members }, (_, index) => ({
      client: present(ports[index], "a port for clients"),
      peer: present(ports[members + index], "a port for peers"),
    }));
  }

  /** Starts `members` of them in `folder` and waits until they have a leader. */
  static async start(folder: string, members = 3): Promise<EtcdCluster> {
    const cluster = new EtcdCluster(folder, await freePorts(2 * members), members);
    for (let index = 0; index < members; index++) cluster.#spawn(index);
    await cluster.untilHealthy();
    return cluster;
  }

  get members(): readonly EtcdMember[] {
    return this.#ports.map(({ client }, index) => ({
      name: nameOf(index),
      address: `127.0.0.1:${client}`,
      pid: present(this.#processes[index]?.pid, "a member has a process"),
    }));
  }

  /** Which member leads by its own account, or null. */
  async leader(): Promise<number | null> {
    const answers = await Promise.all(this.#ports.map(({ client }) => statusOf(client)));
    const index = answers.findIndex((answer) => answer !== null && answer.leader === answer.header.member_id);
    return index < 0 ? null : index;
  }

  /** All of them run, and agree on a leader. */
  async untilHealthy(): Promise<void> {
    const deadline = performance.now() + startMsMax;
    for (;;) {
      const answers = await Promise.all(this.#ports.map(({ client }) => statusOf(client)));
      const [first] = answers;
      if (
        first?.leader !== undefined &&
        first.leader !== "0" &&
        answers.every((each) => each?.leader === first.leader)
      )
        return;
      assert(performance.now() < deadline, "etcd has a leader within 20 seconds");
      await sleep(50);
    }
  }

  async kill(index: number): Promise<void> {
    const child = present(this.#processes[index], "a member of that number");
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  restart(index: number): void {
    this.#spawn(index);
  }

  async close(): Promise<void> {
    for (const child of this.#processes) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(index: number): void {
    const { client, peer } = present(this.#ports[index], "a member of that number");
    const clientUrl = `http://127.0.0.1:${client}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const all = this.#ports.map((each, place) => `${nameOf(place)}=http://127.0.0.1:${each.peer}`).join(",");
    const child = spawn(
      "etcd",
      [
        ...["--name", nameOf(index), "--data-dir", join(this.#folder, nameOf(index))],
        ...["--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl],
        ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
        ...["--initial-cluster", all, "--initial-cluster-state", "new"],
        ...["--heartbeat-interval", String(heartbeatMs), "--election-timeout", String(electionMs)],
        ...["--logger", "zap", "--log-level", "error"],
      ],
      { stdio: ["ignore", "ignore", "ignore"] },
    );
    this.#processes[index] = child;
  }
}

function nameOf(index: number): string {
  return `m${index + 1}`;
}

interface EtcdStatus {
  readonly header: { readonly member_id: string };
  readonly leader?: string;
}

async function statusOf(port: number): Promise<EtcdStatus | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v3/maintenance/status`, {
      method: "POST",
      body: "{}",
      signal: AbortSignal.timeout(1_000),
    });
    return response.ok ? ((await response.json()) as EtcdStatus) : null;
  } catch {
    return null;
  }
}
