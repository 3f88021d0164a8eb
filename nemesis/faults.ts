/**
 * What can go wrong, one thing at a time or two. Each fault begins, lasts, and is mended; what it harms is drawn from
 * the seed. At the end of every fault all nodes that belong to the cluster run again.
 */
import { assert } from "#base/assert.ts";
import type { Chance } from "./chance.ts";
import { fillDisk } from "./disks.ts";
import type { RealCluster } from "./real-cluster.ts";
import type { RealNode } from "./real-node.ts";

export interface FaultParts {
  readonly cluster: RealCluster;
  readonly chance: Chance;
  /** How long the next fault lasts. */
  readonly last: () => Promise<void>;
  /** Notes what is done, with the time. */
  readonly note: (what: string) => void;
  readonly smallDisks: readonly string[];
}

export interface Fault {
  readonly name: string;
  /** How often it is drawn, against the others. */
  readonly weight: number;
  /** Whether most nodes are well and reach each other all the while, so that work must go on. */
  readonly leavesMajority: boolean;
  readonly isPossible: (parts: FaultParts) => boolean;
  run(parts: FaultParts): Promise<void>;
}

const always = () => true;

export const faults: readonly Fault[] = [
  { name: "kill -9 the leader", weight: 4, leavesMajority: true, isPossible: always, run: killLeader },
  { name: "kill -9 followers", weight: 3, leavesMajority: true, isPossible: always, run: killFollowers },
  { name: "kill -9 all at once", weight: 1, leavesMajority: false, isPossible: always, run: killAll },
  { name: "pause the leader", weight: 3, leavesMajority: true, isPossible: always, run: pauseLeader },
  { name: "pause a follower", weight: 2, leavesMajority: true, isPossible: always, run: pauseFollower },
  { name: "pause most nodes", weight: 1, leavesMajority: false, isPossible: always, run: pauseMost },
  { name: "cut off the leader", weight: 3, leavesMajority: true, isPossible: always, run: isolateLeader },
  { name: "cut off a follower", weight: 2, leavesMajority: true, isPossible: always, run: isolateFollower },
  { name: "cut one way", weight: 3, leavesMajority: true, isPossible: always, run: cutOneWay },
  { name: "split in two", weight: 2, leavesMajority: true, isPossible: always, run: split },
  { name: "bridge", weight: 1, leavesMajority: true, isPossible: fiveNodes, run: bridge },
  { name: "delay all links", weight: 2, leavesMajority: true, isPossible: always, run: delayAll },
  { name: "slow links of one node", weight: 1, leavesMajority: true, isPossible: always, run: slowOne },
  { name: "break connections", weight: 2, leavesMajority: true, isPossible: always, run: breakConnections },
  { name: "hand leadership over", weight: 2, leavesMajority: true, isPossible: always, run: transfer },
  { name: "rolling restart", weight: 1, leavesMajority: true, isPossible: always, run: rollingRestart },
  { name: "full disk", weight: 2, leavesMajority: true, isPossible: hasSmallDisk, run: fullDisk },
  { name: "add a node, remove one", weight: 1, leavesMajority: true, isPossible: always, run: replaceOne },
];

function fiveNodes({ cluster }: FaultParts): boolean {
  return cluster.nodes.length >= 5;
}

function hasSmallDisk({ cluster, smallDisks }: FaultParts): boolean {
  return smallDisks.some((disk) => cluster.nodes.some(({ folder }) => folder.startsWith(disk)));
}

async function leaderOrAny({ cluster, chance }: FaultParts): Promise<RealNode> {
  return (await cluster.leader()) ?? chance.pick(cluster.nodes);
}

async function followers(parts: FaultParts): Promise<RealNode[]> {
  const leader = await leaderOrAny(parts);
  return parts.chance.shuffled(parts.cluster.nodes.filter((node) => node !== leader));
}

/** As many as may be gone while most are left. */
function minority(nodes: readonly unknown[]): number {
  return Math.floor((nodes.length - 1) / 2);
}

async function killLeader(parts: FaultParts): Promise<void> {
  const leader = await leaderOrAny(parts);
  await killAndRestart(parts, [leader]);
}

async function killFollowers(parts: FaultParts): Promise<void> {
  const count = parts.chance.between(1, minority(parts.cluster.nodes));
  await killAndRestart(parts, (await followers(parts)).slice(0, count));
}

async function killAll(parts: FaultParts): Promise<void> {
  await killAndRestart(parts, parts.cluster.nodes);
}

async function killAndRestart({ note, last }: FaultParts, nodes: readonly RealNode[]): Promise<void> {
  note(`kill -9 ${namesOf(nodes)}`);
  await Promise.all(nodes.map((node) => node.kill()));
  await last();
  note(`start ${namesOf(nodes)}`);
  await Promise.all(nodes.map((node) => node.start()));
}

async function pauseLeader(parts: FaultParts): Promise<void> {
  await pause(parts, [await leaderOrAny(parts)]);
}

async function pauseFollower(parts: FaultParts): Promise<void> {
  await pause(parts, (await followers(parts)).slice(0, 1));
}

async function pauseMost(parts: FaultParts): Promise<void> {
  const nodes = parts.chance.shuffled(parts.cluster.nodes);
  await pause(parts, nodes.slice(0, minority(nodes) + 1));
}

async function pause({ note, last }: FaultParts, nodes: readonly RealNode[]): Promise<void> {
  note(`pause ${namesOf(nodes)}`);
  for (const node of nodes) node.pause();
  await last();
  note(`wake ${namesOf(nodes)}`);
  for (const node of nodes) node.resume();
}

async function isolateLeader(parts: FaultParts): Promise<void> {
  const leader = await leaderOrAny(parts);
  await cutBetween(parts, [leader]);
}

async function isolateFollower(parts: FaultParts): Promise<void> {
  await cutBetween(parts, (await followers(parts)).slice(0, 1));
}

async function split(parts: FaultParts): Promise<void> {
  const nodes = parts.chance.shuffled(parts.cluster.nodes);
  await cutBetween(parts, nodes.slice(0, minority(nodes)));
}

/** Nothing passes between `some` and the others. */
async function cutBetween({ cluster, note, last }: FaultParts, some: readonly RealNode[]): Promise<void> {
  const others = cluster.nodes.filter((node) => !some.includes(node));
  note(`cut ${namesOf(some)} off from ${namesOf(others)}`);
  for (const one of some)
    for (const other of others) {
      cluster.links.set(one.name, other.name, { isCut: true });
      cluster.links.set(other.name, one.name, { isCut: true });
    }
  await last();
  heal(cluster, note);
}

/** One node is heard and hears nothing, or the other way round; or only in one of its links. */
async function cutOneWay(parts: FaultParts): Promise<void> {
  const { cluster, chance, note, last } = parts;
  const one = chance.oneIn(2) ? await leaderOrAny(parts) : chance.pick(cluster.nodes);
  const isDeaf = chance.oneIn(2);
  const others = cluster.nodes.filter((node) => node !== one);
  const cut = chance.oneIn(2) ? others : others.slice(0, 1);
  note(`${namesOf(cut)} ${isDeaf ? "are not heard by" : "do not hear"} ${one.name}`);
  for (const other of cut)
    cluster.links.set(isDeaf ? other.name : one.name, isDeaf ? one.name : other.name, { isCut: true });
  await last();
  heal(cluster, note);
}

/** Two halves that only one node in the middle still reaches. */
async function bridge({ cluster, chance, note, last }: FaultParts): Promise<void> {
  const nodes = chance.shuffled(cluster.nodes);
  const half = Math.floor((nodes.length - 1) / 2);
  const left = nodes.slice(1, 1 + half);
  const right = nodes.slice(1 + half);
  note(`${namesOf(left)} and ${namesOf(right)} reach each other through ${namesOf(nodes.slice(0, 1))} only`);
  for (const one of left)
    for (const other of right) {
      cluster.links.set(one.name, other.name, { isCut: true });
      cluster.links.set(other.name, one.name, { isCut: true });
    }
  await last();
  heal(cluster, note);
}

async function delayAll({ cluster, chance, note, last }: FaultParts): Promise<void> {
  const most = chance.pick([10, 50, 150]);
  note(`delay all links by up to ${most} ms`);
  for (const one of cluster.nodes)
    for (const other of cluster.nodes)
      if (one !== other) cluster.links.set(one.name, other.name, { delayMs: chance.between(1, most) });
  await last();
  heal(cluster, note);
}

async function slowOne(parts: FaultParts): Promise<void> {
  const { cluster, chance, note, last } = parts;
  const one = chance.oneIn(2) ? await leaderOrAny(parts) : chance.pick(cluster.nodes);
  note(`links of ${one.name} carry 64 KB/s`);
  for (const other of cluster.nodes)
    if (other !== one) {
      cluster.links.set(one.name, other.name, { bytesPerSecond: 64_000 });
      cluster.links.set(other.name, one.name, { bytesPerSecond: 64_000 });
    }
  await last();
  heal(cluster, note);
}

async function breakConnections({ cluster, chance, note }: FaultParts): Promise<void> {
  note("break connections");
  for (const one of cluster.nodes)
    for (const other of cluster.nodes)
      if (one !== other && chance.oneIn(2)) cluster.links.reset(one.name, other.name);
}

async function transfer({ cluster, chance, note }: FaultParts): Promise<void> {
  const to = chance.oneIn(3) ? null : chance.pick(cluster.nodes);
  note(`hand leadership to ${to?.name ?? "anybody"}`);
  await cluster.transferLeadership(to);
}

async function rollingRestart({ cluster, note }: FaultParts): Promise<void> {
  for (const node of [...cluster.nodes]) {
    note(`restart ${node.name}`);
    await node.stop();
    await node.start();
  }
}

/** The disk of a node is full for a while, best the leader's. The node comes back by itself. */
async function fullDisk(parts: FaultParts): Promise<void> {
  const { cluster, chance, note, last, smallDisks } = parts;
  const onSmall = cluster.nodes.filter(({ folder }) => smallDisks.some((disk) => folder.startsWith(disk)));
  const node = chance.pick(onSmall);
  if (chance.oneIn(2)) await cluster.transferLeadership(node);
  const disk = smallDisks.find((each) => node.folder.startsWith(each));
  assert(disk !== undefined, "the node is on a small disk");
  const leader = await cluster.leader();
  note(`the disk of ${node.name}${leader === node ? ", which leads," : ""} is full`);
  const empty = await fillDisk(disk, chance.between(0, 64 << 10));
  try {
    await last();
  } finally {
    empty();
    note(`the disk of ${node.name} has room again`);
  }
}

/** A newcomer takes the place of a node, which is removed for good; both under load. */
async function replaceOne(parts: FaultParts): Promise<void> {
  const { cluster, chance, note } = parts;
  note("a node joins");
  const newcomer = await cluster.addNode();
  const onSmall = ({ folder }: RealNode) => parts.smallDisks.some((disk) => folder.startsWith(disk));
  // The small disks stay in use.
  const candidates = cluster.nodes.filter((node) => node !== newcomer && !onSmall(node));
  const leader = await cluster.leader();
  const leaves =
    chance.oneIn(3) && leader !== null && candidates.includes(leader) ? leader : chance.pick(candidates);
  note(`${newcomer.name} votes; ${leaves.name}${leaves === leader ? ", which leads," : ""} is removed`);
  await cluster.removeNode(leaves);
}

function heal(cluster: RealCluster, note: (what: string) => void): void {
  note("mend all links");
  cluster.links.healAll();
}

function namesOf(nodes: readonly RealNode[]): string {
  return nodes.map(({ name }) => name).join(", ");
}
