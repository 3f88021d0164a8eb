/** Messages between nodes over real sockets: they arrive whole and in order, and a dead peer is noticed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import type { Message } from "#raft/message.ts";
import {
  clusterId,
  hastyTiming,
  introduce,
  memberAt,
  newAuthority,
  newCredentials,
  quickTiming,
  startCluster,
  startNode,
  wireTo,
} from "./testing.ts";
import { createPeerTransport } from "./transport.ts";

function heartbeat(from: string, to: string, round: number): Message {
  return { type: "heartbeat", from, to, term: 3, commitIndex: 9, round };
}

test("every kind of message arrives as it was sent, votes too", async (t) => {
  const [a, b] = await startCluster(t, ["a", "b"]);
  assert(a !== undefined && b !== undefined);
  const envelope = { from: "a", to: "b", term: 5 };
  const messages: Message[] = [
    {
      type: "append-request",
      ...envelope,
      previous: { index: 41, term: 4 },
      entries: [
        { index: 42, term: 5, kind: "noop", schemaVersion: 0, payload: new Uint8Array() },
        { index: 43, term: 5, kind: "changeset", schemaVersion: 12, payload: new Uint8Array([1, 2, 3]) },
      ],
      commitIndex: 41,
    },
    { type: "append-reply", ...envelope, matchIndex: 43, rejected: null },
    {
      type: "append-reply",
      ...envelope,
      matchIndex: 0,
      rejected: { previousIndex: 41, hint: { index: 7, term: 2 } },
    },
    { type: "heartbeat", ...envelope, commitIndex: 41, round: 17 },
    { type: "heartbeat-reply", ...envelope, round: 17 },
    { type: "read-index-request", ...envelope, context: 99 },
    { type: "read-index-reply", ...envelope, context: 99, index: 41 },
    { type: "read-index-reply", ...envelope, context: 100, index: null },
  ];
  for (const message of messages) a.transport.send(message);
  await b.until(() => b.heard.length === messages.length);
  assert.deepEqual(
    b.heard.map((message) =>
      message.type === "append-request"
        ? { ...message, entries: message.entries.map((e) => ({ ...e, payload: new Uint8Array(e.payload) })) }
        : message,
    ),
    messages,
  );
});

test("a vote is asked for and given; a reply of a newer term arrives all the same", async (t) => {
  const [a, b] = await startCluster(t, ["a", "b"]);
  assert(a !== undefined && b !== undefined);
  const asked: Message = {
    type: "vote-request",
    from: "a",
    to: "b",
    term: 8,
    isPreVote: true,
    last: { index: 5, term: 2 },
    isTransfer: false,
  };
  a.transport.send(asked);
  await b.until(() => b.heard.length === 1);
  assert.deepEqual(b.heard, [asked]);
  const reply: Message = { type: "vote-reply", from: "b", to: "a", term: 9, isPreVote: true, granted: false };
  b.transport.send(reply);
  await a.until(() => a.heard.length === 1);
  assert.deepEqual(a.heard, [reply]);
  // A second reply finds nobody waiting, and travels as any message does.
  b.transport.send({ ...reply, isPreVote: false });
  await a.until(() => a.heard.length === 2);
  b.transport.send({ type: "timeout-now", from: "b", to: "a", term: 9 });
  await a.until(() => a.heard.length === 3);
  assert.equal(a.heard[2]?.type, "timeout-now");
});

test("thousands of messages and one of 32 MiB arrive in the order in which they were sent", async (t) => {
  const [a, b] = await startCluster(t, ["a", "b"]);
  assert(a !== undefined && b !== undefined);
  const payload = Buffer.alloc(32 * 1024 * 1024, "x");
  for (let round = 1; round <= 2_000; round++) a.transport.send(heartbeat("a", "b", round));
  a.transport.send({
    type: "append-request",
    from: "a",
    to: "b",
    term: 3,
    previous: { index: 0, term: 0 },
    entries: [{ index: 1, term: 3, kind: "changeset", schemaVersion: 1, payload }],
    commitIndex: 0,
  });
  for (let round = 2_001; round <= 4_000; round++) a.transport.send(heartbeat("a", "b", round));
  await b.until(() => b.heard.length === 4_001);
  const rounds = b.heard.flatMap((message) => (message.type === "heartbeat" ? [message.round] : []));
  assert.deepEqual(
    rounds,
    Array.from({ length: 4_000 }, (_, index) => index + 1),
  );
  const big = b.heard[2_000];
  assert(big?.type === "append-request");
  assert(payload.equals(big.entries[0]?.payload ?? new Uint8Array()));
});

test("nodes tell each other what they are as soon as they meet", async (t) => {
  const [a, b] = await startCluster(t, ["a", "b"]);
  assert(a !== undefined && b !== undefined);
  assert.deepEqual(a.facts.get("b"), { schemaKnown: 7, version: "version of b" });
  assert.equal(a.transport.links().get("b")?.isUp, true);
  assert.deepEqual(b.transport.links().get("a")?.facts, { schemaKnown: 7, version: "version of a" });
});

test("a peer that stops is noticed, and one that comes back elsewhere is found at its new address", async (t) => {
  const authority = await newAuthority();
  const credentials = { a: await newCredentials(authority, "a"), b: await newCredentials(authority, "b") };
  const a = await startNode(t, { id: "a", credentials: credentials.a });
  const first = await startNode(t, { id: "b", credentials: credentials.b });
  await introduce([a, first]);
  await first.transport.close();
  await a.until(() => a.unreachable.includes("b"));
  a.transport.send(heartbeat("a", "b", 1));
  const second = await startNode(t, { id: "b", credentials: credentials.b });
  a.transport.setPeers([memberAt("a", a.address), memberAt("b", second.address)]);
  await a.until(() => a.transport.links().get("b")?.isUp === true);
  a.transport.send(heartbeat("a", "b", 2));
  await second.until(() => second.heard.length > 0);
  assert.deepEqual(second.heard, [heartbeat("a", "b", 2)]);
});

for (const direction of ["there", "back", "both"] as const) {
  test(`a link that nobody closed and that carries nothing (${direction}) is noticed, and taken up again`, async (t) => {
    const authority = await newAuthority();
    const timing = hastyTiming;
    const a = await startNode(t, { id: "a", credentials: await newCredentials(authority, "a"), timing });
    const b = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b"), timing });
    const wire = await wireTo(t, b.address);
    a.transport.setPeers([memberAt("b", wire.address)]);
    await a.until(() => a.facts.has("b"));
    wire.swallow(direction);
    await a.until(() => a.unreachable.includes("b"));
    await b.until(() => b.unreachable.includes("a"));
    a.facts.clear();
    wire.mend();
    await a.until(() => a.facts.has("b"));
    a.transport.send(heartbeat("a", "b", 1));
    await b.until(() => b.heard.length === 1);
  });
}

test("a node whose port is open and that is not ready yet says so, and is linked with once it is", async (t) => {
  const authority = await newAuthority();
  const early = createPeerTransport({
    selfId: "b",
    clusterId,
    credentials: await newCredentials(authority, "b"),
    listen: { host: "127.0.0.1", port: 0 },
    clock: systemClock,
    random: systemRandom,
    timing: quickTiming,
    leader: () => ({ leaderId: null, members: [] }),
    log() {},
  });
  t.after(() => early.close());
  const { host, port } = await early.listen();
  const a = await startNode(t, { id: "a", credentials: await newCredentials(authority, "a") });
  a.transport.setPeers([memberAt("b", `${host}:${port}`)]);
  await a.until(() => a.said.some((line) => /node b is starting/.test(line)));
  const heard: Message[] = [];
  const arrived = Promise.withResolvers<void>();
  const handler = {
    message(message: Message) {
      heard.push(message);
      arrived.resolve();
    },
    peerFacts() {},
    unreachable() {},
    snapshotOffset: async () => 0,
    receiveSnapshot: async () => {},
  };
  await early.start(handler, () => ({ schemaKnown: 1, version: "1" }));
  await a.until(() => a.facts.has("b"));
  a.transport.send(heartbeat("a", "b", 1));
  await arrived.promise;
  assert.deepEqual(heard, [heartbeat("a", "b", 1)]);
});

test("a node that cannot be dialled is answered over the stream that it opened itself", async (t) => {
  const authority = await newAuthority();
  const a = await startNode(t, { id: "a", credentials: await newCredentials(authority, "a") });
  const b = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  a.transport.setPeers([memberAt("b", b.address)]);
  await a.until(() => a.facts.has("b"));
  b.transport.send(heartbeat("b", "a", 1));
  await a.until(() => a.heard.length === 1);
  assert.deepEqual(a.heard, [heartbeat("b", "a", 1)]);
});
