/**
 * The peer port whole: Raft's messages, snapshots, questions and files between the nodes of a cluster, over mutual TLS
 * under its own authority; and the door at which newcomers knock.
 *
 * Each node dials each other member and keeps that connection up; what it has to say goes out there, and, while its
 * own dialling fails, back over the stream that the peer opened. Large things have a connection of their own.
 */
import type { ClientHttp2Session } from "node:http2";
import { Code } from "@connectrpc/connect";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { Unavailable } from "#engines/errors.ts";
import type { PeerFacts, Transport, TransportHandler } from "#engines/store/replica/transport.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import type { Message } from "#raft/message.ts";
import { answerQuestions } from "./answering.ts";
import { type Asker, createAsker } from "./asking.ts";
import { openPeerBlob } from "./blob-transfer.ts";
import { type BulkConnection, createBulkConnection } from "./bulk.ts";
import { credentialsProblem, type NodeCredentials } from "./certificates.ts";
import { encodeMessage, type StreamMessage } from "./codec.ts";
import { createComplaints } from "./complaints.ts";
import { dial } from "./dial.ts";
import type { Hello } from "./generated/raft.ts";
import { appendEntriesPath, askPath } from "./grpc-call.ts";
import { type CallerIdentity, callerOf, checkCaller, helloOf, type PeerLog, refusal } from "./handshake.ts";
import { createInboundStreams } from "./inbound.ts";
import { type Admit, createJoinDesk } from "./join-desk.ts";
import { keepAliveTiming } from "./keep-alive.ts";
import { createLink, type Link, type LinkTiming } from "./link.ts";
import { createListener } from "./listener.ts";
import type { PeerAnswerer, Peers } from "./port.ts";
import { createService } from "./service.ts";
import { sendSnapshot } from "./snapshot-transfer.ts";
import { Standing } from "./standing.ts";
import { callForVote, callTimeoutNow, createVoteCalls } from "./votes.ts";

export interface PeerTransportOptions {
  readonly selfId: NodeId;
  readonly clusterId: string;
  readonly credentials: NodeCredentials;
  /** Port 0 picks a free one. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: PeerLog;
  /** Whom this node takes for the leader, and all members, itself too: for peers that ask. */
  readonly leader: () => { readonly leaderId: NodeId | null; readonly members: readonly Member[] };
  readonly timing?: PeerTiming;
}

export interface PeerTiming extends LinkTiming {
  /** A node that left keeps its links for so long, so that it hears of it. */
  readonly departureMs: number;
}

export interface PeerTransport extends Transport {
  readonly peers: Peers;
  /** Opens the port without taking Raft's messages yet; gives where. `start` does it too when it was not done. */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  address(): { readonly host: string; readonly port: number } | null;
  /** Shows a renewed certificate from now on; links that are up stay up. */
  useCredentials(credentials: NodeCredentials): void;
  /** Lets newcomers in from now on. */
  admitWith(admit: Admit): void;
}

export const peerTiming: PeerTiming = {
  attemptMs: 2_000,
  retryMsMin: 50,
  retryMsMax: 1_000,
  departureMs: 3_000,
  keepAlive: keepAliveTiming,
};

/** Throws when the credentials are not this node's or have run out. */
export function createPeerTransport(options: PeerTransportOptions): PeerTransport {
  const { selfId, clusterId, clock, random, log, timing = peerTiming } = options;
  const self = { clusterId, nodeId: selfId, instanceId: Buffer.from(random.bytes(8)).toString("hex") };
  const problem = credentialsProblem(options.credentials, self, clock.now());
  if (problem !== null) throw new Error(problem);
  let credentials = options.credentials;
  let handler: TransportHandler | null = null;
  let ownFacts: () => PeerFacts = () => ({ schemaKnown: 0, version: "" });
  let openBlob: Parameters<Peers["serveBlobs"]>[0] | null = null;
  let isClosed = false;
  const standing = new Standing({ selfId, clock, departureMs: timing.departureMs, onGone: partFrom });
  const links = new Map<NodeId, Link>();
  const bulks = new Map<NodeId, BulkConnection>();
  const facts = new Map<NodeId, PeerFacts>();
  const answerers = new Map<string, PeerAnswerer>();
  const askers = new WeakMap<ClientHttp2Session, Asker>();
  const votes = createVoteCalls((delayMs, action) => clock.after(delayMs, action));
  const complain = createComplaints(clock, log);
  const joinDesk = createJoinDesk(clock, log);

  function check(caller: Hello["caller"], connection: CallerIdentity) {
    const found = checkCaller({ caller, connection, self });
    const objection = standing.objection(found.nodeId);
    if (objection !== null) throw refusal(Code.PermissionDenied, objection);
    return found;
  }

  /** A node with a certificate of this cluster's may speak Raft: the newest leader may be one that is not known here. */
  function checkNode(caller: Hello["caller"], connection: CallerIdentity): NodeId {
    const { nodeId, instanceId } = check(caller, connection);
    const present = inbound.get(nodeId);
    if (present !== null && present.instanceId !== instanceId)
      throw refusal(
        Code.AlreadyExists,
        `two processes say that they are node ${nodeId}: stop one of the two`,
      );
    return nodeId;
  }

  /** For everything else it must be a member. */
  function checkMember(caller: Hello["caller"], connection: CallerIdentity): NodeId {
    const id = checkNode(caller, connection);
    if (!standing.members.has(id))
      throw refusal(
        Code.PermissionDenied,
        `node ${id} is no member of the cluster as far as node ${selfId} knows`,
      );
    return id;
  }

  const inbound = createInboundStreams({
    selfId,
    clock,
    helloTimeoutMs: timing.attemptMs,
    complain,
    check(hello, connection) {
      const found = check(hello.caller, connection);
      if (handler === null) throw refusal(Code.Unavailable, `node ${selfId} is starting`);
      return found;
    },
    hello: () => helloOf(self, ownFacts()),
    onUp(id, hello) {
      links.get(id)?.retryNow();
      met(id, hello);
    },
    onDown(id) {
      if (links.get(id)?.isUp !== true) handler?.unreachable(id);
    },
    onDropped: (id) => handler?.unreachable(id),
    onMessage: hear,
  });

  const listener = createListener({
    ...options.listen,
    credentials,
    clock,
    timing: timing.keepAlive,
    complain,
    streams: {
      [appendEntriesPath]: inbound.take,
      [askPath]: (stream, connection) =>
        answerQuestions(stream, { answerers, check: (caller) => checkMember(caller, connection) }),
    },
    onCall: createService({
      selfId,
      votes,
      joinDesk,
      handler: () => handler,
      checkNode,
      checkMember,
      leader: options.leader,
      openBlob: () => openBlob,
    }),
  });

  function hear(message: StreamMessage): void {
    if (standing.objection(message.from) !== null) {
      inbound.drop(message.from);
      return;
    }
    standing.heard(message);
    handler?.message(message);
  }

  function met(id: NodeId, { schemaKnown, version }: Hello): void {
    facts.set(id, { schemaKnown, version });
    handler?.peerFacts(id, { schemaKnown, version });
  }

  /** Links to whoever is a member now. */
  function connectMembers(): void {
    for (const [id, { about }] of standing.members) {
      const link = links.get(id);
      if (link === undefined) links.set(id, linkTo(id, about.peerAddress));
      else if (link.address !== about.peerAddress) {
        link.moveTo(about.peerAddress);
        bulks.get(id)?.close();
      }
    }
  }

  /** Ends what there is with a node that left. */
  function partFrom(id: NodeId): void {
    links.get(id)?.close();
    links.delete(id);
    bulks.get(id)?.close();
    bulks.delete(id);
    facts.delete(id);
    inbound.drop(id);
  }

  function linkTo(id: NodeId, address: string): Link {
    return createLink({
      clusterId,
      selfId,
      peerId: id,
      address,
      credentials: () => credentials,
      hello: () => helloOf(self, ownFacts()),
      clock,
      random,
      timing,
      log,
      onUp: (hello) => met(id, hello),
      onDown: () => handler?.unreachable(id),
      onDropped: () => handler?.unreachable(id),
      onMessage: hear,
    });
  }

  function bulkTo(id: NodeId): BulkConnection {
    const known = bulks.get(id);
    if (known !== undefined) return known;
    const made = createBulkConnection({
      clock,
      timing: timing.keepAlive,
      dial() {
        const link = links.get(id);
        if (link === undefined || isClosed) throw new Unavailable(`node ${id} is no member of the cluster`);
        return dial({
          address: link.address,
          authority: credentials.authority,
          own: credentials,
          expected: { clusterId, nodeId: id },
          clock,
          timeoutMs: timing.attemptMs,
        });
      },
    });
    bulks.set(id, made);
    return made;
  }

  function send(message: Message): void {
    if (handler === null || isClosed || message.type === "snapshot-offer") return;
    const session = links.get(message.to)?.session ?? null;
    if (message.type === "vote-request" && session !== null)
      void callForVote(session, callerOf(self), message).then(
        (reply) => reply !== null && handler?.message(reply),
      );
    else if (message.type === "timeout-now" && session !== null)
      void callTimeoutNow(session, callerOf(self), message);
    else if (message.type !== "vote-reply" || !votes.settle(message)) sendOnStream(message);
  }

  function sendOnStream(message: StreamMessage): void {
    const link = links.get(message.to);
    const way = link?.isUp === true ? link : inbound.get(message.to);
    way?.send(encodeMessage(message), message.type === "append-request");
  }

  function askerOn(session: ClientHttp2Session, to: NodeId): Asker {
    const known = askers.get(session);
    if (known !== undefined) return known;
    const made = createAsker({ session, to, clock, caller: () => callerOf(self) });
    askers.set(session, made);
    return made;
  }

  const peers: Peers = {
    async ask(to, kind, body, { timeoutMs, signal }) {
      const session = links.get(to)?.session ?? null;
      if (session === null) throw new Unavailable(`node ${to} cannot be reached at present`);
      return askerOn(session, to)({ kind, body, timeoutMs, signal });
    },
    answer(kind, answerer) {
      answerers.set(kind, answerer);
    },
    openBlob: (from, sha256, offset) =>
      openPeerBlob(bulkTo(from), { caller: callerOf(self), sha256, offset }),
    serveBlobs(open) {
      openBlob = open;
    },
  };

  return {
    peers,
    send,
    address: listener.address,
    listen: listener.start,
    admitWith: joinDesk.open,
    async start(nextHandler, nextFacts) {
      handler = nextHandler;
      ownFacts = nextFacts;
      if (listener.address() === null) await listener.start();
      connectMembers();
    },
    setPeers(now) {
      standing.setMembers(now);
      if (handler !== null && !isClosed) connectMembers();
    },
    sendSnapshot: (offer, file) =>
      sendSnapshot((use) => bulkTo(offer.to).with(use), { caller: callerOf(self), offer, file, clock }),
    links() {
      const found = [...links].map(([id, link]) => {
        const isUp = link.isUp || inbound.get(id) !== null;
        return [id, { isUp, facts: facts.get(id) ?? null, roundTripMs: link.roundTripMs }] as const;
      });
      return new Map(found);
    },
    useCredentials(next) {
      const wrong = credentialsProblem(next, self, clock.now());
      if (wrong !== null) throw new Error(wrong);
      credentials = next;
      listener.useCredentials(next);
    },
    async close() {
      isClosed = true;
      handler = null;
      for (const link of links.values()) link.close();
      for (const bulk of bulks.values()) bulk.close();
      await listener.close();
    },
  };
}
