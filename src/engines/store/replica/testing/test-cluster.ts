/** Some nodes of one cluster in one process: real databases in real files, logs on disks and links that can fail, one clock for all. */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import type { Member, MemberAbout, NodeId } from "#raft/configuration.ts";
import { SimulatedDisk } from "../../log/simulated-disk.ts";
import type { Migration, Store } from "../../port.ts";
import type { SqliteLimits } from "../../sqlite/limits.ts";
import { openSqliteStore } from "../../sqlite/open.ts";
import type { StoreReport } from "../../sqlite/report.ts";
import { snapshotInPlace } from "../../sqlite/snapshot-tasks.ts";
import { notesMigration } from "../../sqlite/test-store.ts";
import { stateHashInPlace } from "../state-hash.ts";
import { MemoryNetwork, type MemoryTransport } from "./memory-network.ts";

const clusterId = "c".repeat(32);

export interface TestNode {
  readonly id: NodeId;
  readonly folder: string;
  readonly disk: SimulatedDisk;
  readonly reports: StoreReport[];
  store: Store;
  transport: MemoryTransport;
  /** Resolves once the schema is there. */
  migrated: Promise<void>;
}

export class TestCluster {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork();
  readonly nodes = new Map<NodeId, TestNode>();
  readonly #folder: string;
  readonly #limits: Partial<SqliteLimits>;
  #starts = 0;

  constructor(t: { after(action: () => Promise<void>): void }, limits: Partial<SqliteLimits> = {}) {
    this.#folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-cluster-"));
    this.#limits = { segmentBytes: 1 << 16, ...limits };
    t.after(async () => {
      for (const { store } of this.nodes.values()) await store.close();
      fs.rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  /** A cluster of `count` nodes that has a leader and the tables of the notes. */
  static async of(
    count: number,
    t: { after(action: () => Promise<void>): void },
    limits?: Partial<SqliteLimits>,
  ): Promise<TestCluster> {
    const cluster = new TestCluster(t, limits);
    const ids = Array.from({ length: count }, (_each, place) => `n${place + 1}`);
    const founders = ids.map(memberOf);
    for (const id of ids) await cluster.start(id, { founders });
    await cluster.until(() => cluster.leader !== null);
    await cluster.during(Promise.all([...cluster.nodes.values()].map(({ migrated }) => migrated)));
    return cluster;
  }

  /** Starts a node, or starts it again after `stop` or `kill`. */
  async start(
    id: NodeId,
    options: { founders?: readonly Member[]; migrations?: readonly Migration[] } = {},
  ): Promise<TestNode> {
    const before = this.nodes.get(id);
    const transport = this.network.connect(id);
    const reports = before?.reports ?? [];
    const disk = before?.disk ?? new SimulatedDisk({ random: seededRandom(1 + this.nodes.size) });
    const folder = this.folderOf(id);
    const store = await openSqliteStore({
      folder,
      clock: this.clock,
      random: seededRandom(100 + this.#starts++),
      limits: this.#limits,
      report: (report) => reports.push(report),
      logFiles: disk.mount(),
      startCheckpointWorker: () => ({
        checkpoint: () => Promise.resolve(null),
        close: () => Promise.resolve(),
      }),
      snapshotWorker: snapshotInPlace,
      stateHasher: stateHashInPlace,
      member: {
        nodeId: id,
        about: aboutOf(id),
        clusterId,
        founders: options.founders ?? [],
        transport,
        peers: transport,
        version: "test",
      },
    });
    const migrated = store.migrate(options.migrations ?? [notesMigration]);
    migrated.catch(() => undefined);
    const node = { id, folder, disk, reports, store, transport, migrated };
    this.nodes.set(id, node);
    return node;
  }

  folderOf(id: NodeId): string {
    return join(this.#folder, id);
  }

  async stop(id: NodeId): Promise<void> {
    await this.during(this.node(id).store.close());
  }

  node(id: NodeId): TestNode {
    const node = this.nodes.get(id);
    assert.ok(node, `${id} was started`);
    return node;
  }

  store(id: NodeId): Store {
    return this.node(id).store;
  }

  /** The node that takes commands, when there is one and no other believes to be it. */
  get leader(): TestNode | null {
    const leaders = [...this.nodes.values()].filter(({ store }) => store.cluster?.view().role === "leader");
    return leaders.length === 1 ? (leaders[0] ?? null) : null;
  }

  async leading(): Promise<TestNode> {
    await this.until(() => this.leader !== null);
    return this.leader as TestNode;
  }

  async followers(): Promise<TestNode[]> {
    const leader = await this.leading();
    return [...this.nodes.values()].filter((node) => node !== leader);
  }

  /** Lets time pass until `isSo`; a quarter of an hour at most, for files take real time, of which the clock knows nothing. */
  async until(isSo: () => boolean, what = "what was waited for"): Promise<void> {
    for (let step = 0; step < stepsMax; step++) {
      if (isSo()) return;
      await this.step();
    }
    assert.fail(`${what} did not come to be`);
  }

  /** Lets time pass until `promise` has settled. */
  async during<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    promise.then(settled, settled);
    await this.until(() => isSettled, "an answer");
    return promise;
  }

  async pass(durationMs: number): Promise<void> {
    for (let passed = 0; passed < durationMs; passed += stepMs) await this.step();
  }

  async step(): Promise<void> {
    this.clock.advance(stepMs);
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

const stepMs = 10;
const stepsMax = 100_000;

export function aboutOf(id: NodeId): MemberAbout {
  return { name: id, peerAddress: `${id}.test:7400`, httpUrl: null, grpcAddress: null };
}

export function memberOf(id: NodeId): Member {
  return { id, role: "voter", about: aboutOf(id) };
}
