/**
 * A cluster as an operator would make it, by the command line and the public operations, on this machine: begun on one
 * node, joined by the others with one-time tokens, every link between them through a proxy that can be cut.
 */

import { execFile } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { assert, present } from "#base/assert.ts";
import { freePorts } from "#base/free-ports.ts";
import type { JsonObject } from "#base/json.ts";
import { ApiClient } from "./api-client.ts";
import { Links } from "./links.ts";
import { environment, programFile, RealNode } from "./real-node.ts";
import { bodyOf, command, type School, setUpSchool } from "./school.ts";

export interface RealClusterOptions {
  /** Everything goes under here. */
  readonly folder: string;
  readonly nodes: number;
  /** Folders on small disks of their own, for as many of the first nodes. */
  readonly smallDisks?: readonly string[];
  readonly settings?: Readonly<Record<string, string | number>>;
  /** False where no link is ever cut and nothing may stand in the way. */
  readonly hasProxies?: boolean;
  /** Another program that serves each folder; `lyceum serve` when left out. */
  readonly program?: string;
  /** Access tokens for each of the admin and the teacher. */
  readonly tokens?: number;
}

export interface MemberState {
  readonly id: string;
  readonly name: string;
  readonly role: "voter" | "learner";
  readonly isLeader: boolean;
}

const votersMsMax = 180_000;
const joinMsMax = 120_000;
const betweenMs = 100;

export class RealCluster {
  readonly #options: RealClusterOptions;
  readonly links: Links;
  readonly nodes: RealNode[] = [];
  /** Nodes that were taken out: their ends count, and their logs are kept. */
  readonly removed: RealNode[] = [];
  #school: School | null = null;
  #admin: ApiClient | null = null;
  #made = 0;

  private constructor(options: RealClusterOptions) {
    this.#options = options;
    this.links = new Links(
      () => new Map(this.nodes.flatMap(({ pid, name }) => (pid === null ? [] : [[pid, name] as const]))),
    );
  }

  static async start(options: RealClusterOptions): Promise<RealCluster> {
    const cluster = new RealCluster(options);
    try {
      await cluster.#begin();
      for (let count = 1; count < options.nodes; count++) await cluster.addNode();
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  get school(): School {
    return present(this.#school, "the school is set up");
  }

  /** Asks in the name of an admin, whichever node answers. */
  get admin(): ApiClient {
    return present(this.#admin, "the school is set up");
  }

  readonly urls = (): readonly string[] => this.nodes.map(({ httpUrl }) => httpUrl);

  node(name: string): RealNode {
    return present(
      this.nodes.find((each) => each.name === name),
      `a node ${name}`,
    );
  }

  /** The members as the node that answers knows them. */
  async members(patienceMs = 15_000): Promise<readonly MemberState[]> {
    const outcome = await this.admin.ask({ path: "cluster/get-cluster", input: {}, patienceMs });
    if (outcome.kind !== "ok") return [];
    return (outcome.body as unknown as { nodes: readonly MemberState[] }).nodes;
  }

  /** Who leads, or null when nobody answers that in time. */
  async leader(patienceMs = 15_000): Promise<RealNode | null> {
    const until = performance.now() + patienceMs;
    do {
      const leading = (await this.members(patienceMs)).find(({ isLeader }) => isLeader);
      const node = this.nodes.find(({ name }) => name === leading?.name);
      if (node?.isRunning === true) return node;
      this.admin.goTo(this.admin.current + 1);
      await sleep(betweenMs);
    } while (performance.now() < until);
    return null;
  }

  /** Makes a node, lets it join, and waits until it votes. */
  async addNode(): Promise<RealNode> {
    const node = await this.#makeNode();
    const { token } = await command(this.admin, "cluster/create-join-token", {});
    await lyceum(["cluster", "join", String(token), "--data", node.folder]);
    this.nodes.push(node);
    await node.start();
    await this.untilVoting(node);
    return node;
  }

  async untilVoting(node: RealNode): Promise<void> {
    const until = performance.now() + votersMsMax;
    while (!(await this.members()).some(({ name, role }) => name === node.name && role === "voter")) {
      assert(performance.now() < until, `${node.name} votes within three minutes`);
      await sleep(betweenMs);
    }
  }

  /** Takes a node out of the cluster for good and stops it. */
  async removeNode(node: RealNode): Promise<void> {
    const member = (await this.members()).find(({ name }) => name === node.name);
    const nodeId = present(member, `${node.name} is a member`).id;
    await command(this.admin, "cluster/remove-node", { nodeId });
    this.nodes.splice(this.nodes.indexOf(node), 1);
    this.removed.push(node);
    await node.stop();
  }

  /** Hands leadership to another node; whether that worked out is told by who leads. */
  async transferLeadership(to: RealNode | null): Promise<void> {
    const member = (await this.members()).find(({ name }) => name === to?.name);
    const input: JsonObject = { nodeId: member?.id ?? null };
    await this.admin.ask({
      path: "cluster/transfer-leadership",
      input,
      idempotencyKey: crypto.randomUUID(),
      patienceMs: 10_000,
    });
  }

  async close(): Promise<void> {
    this.#admin?.close();
    this.links.healAll();
    for (const node of this.nodes) {
      node.resume();
      await node.kill();
    }
    await this.links.close();
  }

  async #begin(): Promise<void> {
    const node = await this.#makeNode();
    await lyceum(["cluster", "init", "--data", node.folder]);
    this.nodes.push(node);
    await node.start();
    this.#school = await setUpSchool(node.httpUrl, await node.setUpToken, this.#options.tokens ?? 12);
    this.#admin = new ApiClient({ urls: this.urls, tokens: this.#school.adminTokens });
    bodyOf(
      "cluster/get-cluster",
      await this.#admin.ask({ path: "cluster/get-cluster", input: {}, patienceMs: 0 }),
    );
  }

  async #makeNode(): Promise<RealNode> {
    const { folder, smallDisks = [], settings = {}, hasProxies = true, program } = this.#options;
    const number = ++this.#made;
    const name = `node-${number}`;
    const [http = 0, grpc = 0, peer = 0] = await freePorts(3);
    const address = hasProxies ? await this.links.open(name, peer) : peer;
    const disk = smallDisks[number - 1];
    fs.mkdirSync(folder, { recursive: true });
    const node = new RealNode({
      name,
      folder: join(disk ?? folder, name),
      ports: { http, grpc, peer },
      peerAddress: `127.0.0.1:${address}`,
      logFile: join(folder, `${name}.log`),
      settings,
      ...(program === undefined ? {} : { program }),
    });
    node.writeSettings();
    return node;
  }
}

/** Runs the command line as a person would; its complaint becomes the error. */
async function lyceum(words: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [programFile, ...words], {
    env: environment(),
    timeout: joinMsMax,
  });
}
