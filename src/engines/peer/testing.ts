/** Nodes on loopback sockets for tests: real certificates, real connections, and a handler that keeps what it hears. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { systemClock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import type { PeerFacts, TransportHandler } from "#engines/store/replica/transport.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import type { Message } from "#raft/message.ts";
import {
  type Authority,
  createAuthority,
  createNodeKeyAndRequest,
  issueNodeCertificate,
  type NodeCredentials,
} from "./certificates.ts";
import {
  createPeerTransport,
  type PeerTransport,
  type PeerTransportOptions,
  peerTiming,
} from "./transport.ts";

export const clusterId = "0123456789abcdef0123456789abcdef";

/** Quick to try again, so that tests wait for events and not for clocks. */
export const quickTiming = {
  ...peerTiming,
  retryMsMin: 5,
  retryMsMax: 40,
  departureMs: 50,
};

/** Quick to give up a connection as well; a busy machine may make it do so without need. */
export const hastyTiming = { ...quickTiming, keepAlive: { pingEveryMs: 40, roundsMax: 4 } };

export function newAuthority(id = clusterId): Promise<Authority> {
  return createAuthority({ clusterId: id, now: systemClock.now() });
}

export async function newCredentials(
  authority: Authority,
  nodeId: NodeId,
  options: { readonly clusterId?: string; readonly now?: number; readonly validDays?: number } = {},
): Promise<NodeCredentials> {
  const { privateKey, certificateRequest } = await createNodeKeyAndRequest();
  const certificate = await issueNodeCertificate({
    authority,
    clusterId,
    nodeId,
    certificateRequest,
    now: systemClock.now(),
    ...options,
  });
  return { certificate, privateKey, authority: authority.certificate };
}

export interface TestNode {
  readonly id: NodeId;
  readonly transport: PeerTransport;
  readonly address: string;
  /** What the node's log says. */
  readonly said: string[];
  readonly heard: Message[];
  readonly facts: Map<NodeId, PeerFacts>;
  readonly unreachable: NodeId[];
  /** Resolves as soon as `condition` holds; looked at whenever the node hears or says something. */
  until(condition: () => boolean): Promise<void>;
}

/** A node that listens and knows nobody yet. */
export async function startNode(
  t: TestContext,
  options: {
    readonly id: NodeId;
    readonly credentials: NodeCredentials;
    readonly handler?: Partial<TransportHandler>;
  } & Partial<Pick<PeerTransportOptions, "timing" | "clock" | "clusterId" | "listen" | "leader">>,
): Promise<TestNode> {
  const { id, handler = {}, ...rest } = options;
  const said: string[] = [];
  const heard: Message[] = [];
  const facts = new Map<NodeId, PeerFacts>();
  const unreachable: NodeId[] = [];
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  const transport = createPeerTransport({
    selfId: id,
    clusterId,
    listen: { host: "127.0.0.1", port: 0 },
    clock: systemClock,
    random: systemRandom,
    timing: quickTiming,
    leader: () => ({ leaderId: null, members: [] }),
    log(_level, message) {
      said.push(message);
      changed();
    },
    ...rest,
  });
  t.after(() => transport.close());
  const { host, port } = await transport.listen();
  await transport.start(
    {
      message(message) {
        heard.push(message);
        changed();
      },
      peerFacts(peer, told) {
        facts.set(peer, told);
        changed();
      },
      unreachable(peer) {
        unreachable.push(peer);
        changed();
      },
      snapshotOffset: async () => 0,
      receiveSnapshot: async () => {},
      ...handler,
    },
    () => ({ schemaKnown: 7, version: `version of ${id}` }),
  );
  return {
    id,
    transport,
    address: `${host}:${port}`,
    said,
    heard,
    facts,
    unreachable,
    until(condition) {
      if (condition()) return Promise.resolve();
      return new Promise((resolve) => {
        const watcher = () => {
          if (!condition()) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
      });
    },
  };
}

export function memberAt(id: NodeId, peerAddress: string): Member {
  return { id, role: "voter", about: { name: id, peerAddress, httpUrl: null, grpcAddress: null } };
}

/** Nodes that know each other, linked both ways. */
export async function startCluster(
  t: TestContext,
  ids: readonly NodeId[],
  handler: Partial<TransportHandler> = {},
): Promise<TestNode[]> {
  const authority = await newAuthority();
  const nodes = await Promise.all(
    ids.map(async (id) => startNode(t, { id, credentials: await newCredentials(authority, id), handler })),
  );
  await introduce(nodes);
  return nodes;
}

/** Makes nodes members of one group, and waits until all of them are linked. */
export async function introduce(nodes: readonly TestNode[]): Promise<void> {
  const members = nodes.map(({ id, address }) => memberAt(id, address));
  for (const { transport } of nodes) transport.setPeers(members);
  await Promise.all(
    nodes.map((node) =>
      node.until(() => node.said.filter((line) => line.startsWith("linked")).length >= nodes.length - 1),
    ),
  );
}

/** A wire that can be cut without either end being told. */
export interface Wire {
  readonly address: string;
  /** From now on nothing passes in this direction, and nobody is told. */
  swallow(direction: "there" | "back" | "both"): void;
  mend(): void;
}

export async function wireTo(t: TestContext, address: string): Promise<Wire> {
  const [host = "", port = ""] = address.split(":");
  const lost = { there: false, back: false };
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(Number(port), host);
    const carry = (from: Socket, to: Socket, direction: "there" | "back") => {
      sockets.add(from);
      from.on("data", (bytes) => lost[direction] || to.write(bytes));
      from.on("close", () => to.destroy());
      from.on("error", () => to.destroy());
    };
    carry(near, far, "there");
    carry(far, near, "back");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const bound = server.address();
  return {
    address: `127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}`,
    swallow(direction) {
      lost.there = direction !== "back";
      lost.back = direction !== "there";
    },
    mend() {
      lost.there = false;
      lost.back = false;
    },
  };
}
