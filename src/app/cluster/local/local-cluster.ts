/**
 * A whole cluster with the demo school on this machine: made on the first run, started again on every later one. Each
 * node is a process of its own and has its own data folder, as if it were another machine.
 */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { openNode } from "../../compose.ts";
import { ConfigError } from "../../config.ts";
import { beginDemo, makeDemo } from "../../demo/first-start.ts";
import { people } from "../../demo/school.ts";
import { createLog } from "../../log.ts";
import { placesOf } from "../../places.ts";
import { initCluster } from "../init.ts";
import { joinCluster } from "../join.ts";
import { type SchoolClient, schoolClient } from "../school-client.ts";
import { type ChildNode, startChildNode } from "./child-node.ts";
import { type NodeFolder, nodeFolder, type SharedSettings } from "./node-folder.ts";

export const nodesMax = 7;
const votersMsMax = 60_000;
const betweenMs = 100;

export interface LocalCluster {
  readonly nodes: readonly { readonly id: string; readonly child: ChildNode }[];
  readonly adminToken: string;
  readonly adminEmail: string;
  readonly password: string;
}

export interface LocalClusterWish {
  readonly parent: string;
  readonly count: number;
  readonly shared: SharedSettings;
  readonly demoPassword: string | null;
  readonly say: (line: string) => void;
  /** Ends the start between two steps, of which the folders keep what is done; the next run goes on from there. */
  readonly signal: AbortSignal;
  /** Told of each process as soon as it is there, so that it can be stopped also when a later step fails. */
  readonly onStarted: (child: ChildNode) => void;
}

/** Starts `count` nodes and gives them once all of them vote and take requests. */
export async function startLocalCluster(wish: LocalClusterWish): Promise<LocalCluster> {
  const { parent, count, shared, say, signal } = wish;
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if (existsSync(join(parent, `node-${count + 1}`)))
    throw new ConfigError(
      `${parent} holds more than ${count} nodes: start them all (--nodes), or name another folder (--data).`,
    );
  const folders: NodeFolder[] = [];
  for (let number = 1; number <= count; number++) folders.push(await nodeFolder(parent, number, shared));
  const [first, ...others] = folders as [NodeFolder, ...NodeFolder[]];

  await Promise.all(folders.map(refuseRunning));
  await makeFirst(first, wish);
  const start = (folder: NodeFolder): ChildNode => {
    signal.throwIfAborted();
    say(`Starting ${folder.name}…`);
    const child = startChildNode(folder);
    wish.onStarted(child);
    return child;
  };
  const isMember = ({ config }: NodeFolder) => existsSync(placesOf(config).clusterNote);
  const children = [start(first), ...others.filter(isMember).map(start)];
  await Promise.all(children.map((child) => child.ready()));

  const password = (await readFile(placesOf(first.config).demoPassword, "utf8")).trim();
  const urls = children.map(({ url }) => url) as [string, ...string[]];
  const { email } = people.rowan;
  const signedIn = await schoolClient(urls, null)("identity.signIn", { email, password });
  const { token: adminToken } = signedIn as { token: string };
  const ask = schoolClient(urls, adminToken);
  for (const folder of others.filter((each) => !isMember(each))) {
    signal.throwIfAborted();
    say(`${folder.name} joins…`);
    const { token } = (await ask("cluster.createJoinToken", {})) as { token: string };
    await joinCluster(folder.config, token);
    const child = start(folder);
    children.push(child);
    await child.ready();
  }
  const ids = await votersByName(ask, count);
  return {
    nodes: children
      .map((child) => ({ id: ids.get(child.folder.name) ?? "", child }))
      .sort((a, b) => a.child.folder.name.localeCompare(b.child.folder.name)),
    adminToken,
    adminEmail: email,
    password,
  };
}

/** A node that still runs would answer in the place of the one that is to be started. */
async function refuseRunning({ name, config }: NodeFolder): Promise<void> {
  const { host, httpPort } = config;
  const socket = connect(httpPort, host);
  try {
    await once(socket, "connect");
  } catch {
    return;
  } finally {
    socket.destroy();
  }
  throw new ConfigError(
    `Something listens on ${host}:${httpPort}, where ${name} is to be: stop it first; perhaps this cluster runs already.`,
  );
}

/** The first node, with the demo school in it, as the beginning of a cluster. */
async function makeFirst({ config, name }: NodeFolder, wish: LocalClusterWish): Promise<void> {
  const { say, signal } = wish;
  signal.throwIfAborted();
  const password = await beginDemo({ ...config, demoPassword: wish.demoPassword });
  if (password !== null) {
    const node = await openNode({ config, log: createLog("warn"), webRoot: null });
    try {
      await makeDemo(node.kernel, config, password, say);
    } finally {
      await node.close();
    }
  }
  signal.throwIfAborted();
  if (existsSync(placesOf(config).clusterNote)) return;
  say(`${name} begins the cluster…`);
  await initCluster(config);
}

/** Waits until so many nodes vote; gives their ids by their names. */
async function votersByName(ask: SchoolClient, count: number): Promise<ReadonlyMap<string, string>> {
  const giveUpAt = performance.now() + votersMsMax;
  for (;;) {
    const view = (await ask("cluster.getCluster", {})) as unknown as {
      readonly nodes: readonly { readonly id: string; readonly name: string; readonly role: string }[];
    };
    const voters = view.nodes.filter(({ role }) => role === "voter");
    if (voters.length >= count) return new Map(voters.map(({ id, name }) => [name, id]));
    if (performance.now() > giveUpAt)
      throw new Error(`Only ${voters.length} of ${count} nodes have caught up; their logs say why.`);
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
}
