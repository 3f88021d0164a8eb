/** Whole nodes of one cluster in this process, on loopback ports of their own, with a school that has been set up. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "#base/clock.ts";
import { freePorts } from "#base/free-ports.ts";
import type { Log } from "#kernel/kernel.ts";
import { setUpToken } from "#slices/identity/api.ts";
import { initCluster } from "../cluster/init.ts";
import { joinCluster } from "../cluster/join.ts";
import { type SchoolClient, schoolClient } from "../cluster/school-client.ts";
import { type Addresses, type Node, openNode } from "../compose.ts";
import { type Config, readConfig } from "../config.ts";
import { adminEmail, password } from "./test-node.ts";

export interface ClusterMember {
  readonly name: string;
  readonly config: Config;
  readonly node: Node;
  readonly addresses: Addresses;
}

export interface TestCluster {
  readonly folder: string;
  readonly members: ClusterMember[];
  /** The school's admin's, for doors that take one. */
  adminToken(): string;
  /** Asks as the school's admin, at the members' doors in this order. */
  admin(members?: readonly ClusterMember[]): SchoolClient;
  /** A one-time token, with which another node may join. */
  joinToken(): Promise<string>;
  /** Settings of a node whose folder is empty. */
  configOf(name: string): Promise<Config>;
  /** Lets one more node join and starts it. */
  add(name: string): Promise<ClusterMember>;
  /** Starts a node that has joined. */
  start(name: string, config: Config): Promise<ClusterMember>;
  /** Stops a node in good order. */
  stop(member: ClusterMember): Promise<void>;
  /** Resolves when so many nodes vote and the same one leads in the eyes of all. */
  settled(voters: number): Promise<string>;
  close(): Promise<void>;
}

export interface TestClusterParts {
  /** The system's when absent. */
  readonly clock?: Clock;
  readonly log?: Log;
}

/** Quick to notice what is wrong, slow enough for a busy machine. */
const timing = { "election-ms": "500", "heartbeat-ms": "50" };
const betweenMs = 20;
const settledMsMax = 20_000;

/** A cluster of one node: what all others join. */
export async function openTestCluster(parts: TestClusterParts = {}): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-cluster-"));
  const members: ClusterMember[] = [];
  let adminToken = "";

  const cluster: TestCluster = {
    folder,
    members,
    adminToken: () => adminToken,
    admin: (asked = members) =>
      schoolClient(asked.map(({ addresses }) => addresses.http.url) as [string, ...string[]], adminToken),
    async joinToken() {
      const { token } = (await cluster.admin()("cluster.createJoinToken", {})) as { token: string };
      return token;
    },
    async configOf(name) {
      const [peerPort] = await freePorts(1);
      const flags = {
        ...timing,
        data: join(folder, name),
        "node-name": name,
        "http-port": "0",
        "grpc-port": "0",
        "peer-port": String(peerPort),
      };
      return readConfig({ flags, environment: {}, file: null }).config;
    },
    async add(name) {
      const config = await cluster.configOf(name);
      await joinCluster(config, await cluster.joinToken());
      return cluster.start(name, config);
    },
    async start(name, config) {
      const node = await openNode({ config, log: () => {}, webRoot: null, ...parts });
      const addresses = await node.listen();
      if (addresses === null) throw new Error("a node with the role web listens");
      node.start();
      const member = { name, config, node, addresses };
      members.push(member);
      return member;
    },
    async stop(member) {
      members.splice(members.indexOf(member), 1);
      await member.node.close();
    },
    async settled(voters) {
      const giveUpAt = performance.now() + settledMsMax;
      for (;;) {
        const views = members.map(({ node }) => node.kernel.store.cluster?.view());
        const [leaderId] = new Set(views.map((view) => view?.leaderId ?? null));
        const agree = views.every(
          (view) =>
            view?.leaderId === leaderId &&
            view?.nodes.filter(({ role }) => role === "voter").length === voters,
        );
        if (agree && leaderId != null) return leaderId;
        if (performance.now() > giveUpAt)
          throw new Error(`the nodes do not come together:\n${JSON.stringify(views, null, 1)}`);
        await new Promise((resolve) => setTimeout(resolve, betweenMs));
      }
    },
    async close() {
      for (const member of [...members]) await cluster.stop(member);
      await rm(folder, { recursive: true, force: true });
    },
  };

  const config = await cluster.configOf("a");
  await initCluster(config);
  const { node, addresses } = await cluster.start("a", config);
  const token = await setUpToken(node.kernel.services.tokens, (parts.clock ?? systemClock).now());
  const first = schoolClient([addresses.http.url], null);
  const person = { setUpToken: token, schoolName: "A school", name: "Rowan", email: adminEmail, password };
  ({ token: adminToken } = (await first("identity.setUpSchool", person)) as { token: string });
  return cluster;
}
