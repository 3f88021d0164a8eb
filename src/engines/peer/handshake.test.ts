/** Who is refused on the peer port, and that both logs say why. Nothing that a refused node sends is ever heard. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import { messageVersion } from "#raft/message.ts";
import { createAuthority, type NodeCredentials } from "./certificates.ts";
import { clientOn, sentenceOf } from "./client.ts";
import { dial } from "./dial.ts";
import {
  clusterId,
  introduce,
  memberAt,
  newAuthority,
  newCredentials,
  startNode,
  type TestNode,
} from "./testing.ts";

const otherClusterId = "f".repeat(32);

function says(node: TestNode, sentence: RegExp): Promise<void> {
  return node.until(() => node.said.some((line) => sentence.test(line)));
}

/** Lets `caller` dial `host`, and gives back once both have said what they think of it. */
async function refusedBy(
  host: TestNode,
  caller: TestNode,
  sentences: { readonly there: RegExp; readonly here: RegExp },
): Promise<void> {
  caller.transport.setPeers([memberAt(host.id, host.address)]);
  await Promise.all([says(host, sentences.there), says(caller, sentences.here)]);
  assert.equal(caller.transport.links().get(host.id)?.isUp, false);
  assert.deepEqual([...host.facts], []);
  assert.deepEqual([...caller.facts], []);
}

/** A caller that says of itself what the test wants. */
async function askAs(
  t: Parameters<typeof startNode>[0],
  host: TestNode,
  own: NodeCredentials,
  caller: { readonly protocolVersion?: number; readonly clusterId?: string; readonly nodeId?: string },
): Promise<string> {
  const session = await dial({
    address: host.address,
    authority: own.authority,
    own,
    expected: { clusterId, nodeId: host.id },
    clock: systemClock,
    timeoutMs: 5_000,
  });
  t.after(() => session.destroy());
  const claim = { protocolVersion: messageVersion, clusterId, nodeId: "a", instanceId: "1", ...caller };
  return clientOn(session)
    .getLeader({ caller: claim })
    .then(() => "answered", sentenceOf);
}

test("a node of another cluster's authority is refused by both", async (t) => {
  const host = await startNode(t, { id: "b", credentials: await newCredentials(await newAuthority(), "b") });
  const caller = await startNode(t, {
    id: "a",
    credentials: await newCredentials(await newAuthority(), "a"),
  });
  await refusedBy(host, caller, {
    there: /certificate of node a .*was not issued by this cluster's authority/,
    here: /certificate of the node at .* was not issued by this cluster's authority/,
  });
});

test("an expired certificate is refused, and its own node does not even start with it", async (t) => {
  const authority = await newAuthority();
  const host = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  const monthAgo = systemClock.now() - 30 * 86_400_000;
  const credentials = await newCredentials(authority, "a", { now: monthAgo, validDays: 10 });
  await assert.rejects(
    startNode(t, { id: "a", credentials }),
    /this node's certificate expired on .*set the clock right, or let the node join again/,
  );
  const clock = { ...systemClock, now: () => monthAgo };
  const caller = await startNode(t, { id: "a", credentials, clock });
  await refusedBy(host, caller, {
    there: /certificate of node a .*has expired by this machine's clock/,
    here: /node b refuses this node: the certificate of node a .*has expired/,
  });
});

test("a clock that is an hour off, either way, hinders nobody", async (t) => {
  const [earlier, later] = [-3_600_000, 3_600_000].map((off) => systemClock.now() + off);
  const authority = await createAuthority({ clusterId, now: later ?? 0 });
  const a = await startNode(t, {
    id: "a",
    credentials: await newCredentials(authority, "a", { now: later ?? 0 }),
  });
  const b = await startNode(t, {
    id: "b",
    credentials: await newCredentials(authority, "b", { now: earlier ?? 0 }),
  });
  await introduce([a, b]);
});

test("a node that speaks a newer version, of another cluster, or under another's name is refused with a sentence", async (t) => {
  const authority = await newAuthority();
  const host = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  host.transport.setPeers([memberAt("a", "127.0.0.1:1"), memberAt("c", "127.0.0.1:1")]);
  const own = await newCredentials(authority, "a");
  const newer = messageVersion + 1;
  assert.match(
    await askAs(t, host, own, { protocolVersion: newer }),
    /node a speaks version 2 .* node b knows 1 at most: upgrade b first/,
  );
  assert.match(await askAs(t, host, own, { clusterId: otherClusterId }), /node a belongs to cluster f{32}/);
  assert.match(
    await askAs(t, host, own, { nodeId: "c" }),
    /says that it is node c, and its certificate names a/,
  );
  assert.match(
    await askAs(t, host, await newCredentials(authority, "b"), { nodeId: "b" }),
    /as this one does/,
  );
  const foreign = await newCredentials(authority, "a", { clusterId: otherClusterId });
  assert.match(await askAs(t, host, foreign, { clusterId: otherClusterId }), /belongs to cluster f{32}/);
  assert.equal(await askAs(t, host, own, {}), "answered");
});

test("data of another cluster under this one's certificate does not start", async (t) => {
  const credentials = await newCredentials(await newAuthority(), "a");
  await assert.rejects(
    startNode(t, { id: "a", clusterId: otherClusterId, credentials }),
    /names lyceum:\/\/0123456789abcdef0123456789abcdef\/a, not lyceum:\/\/f{32}\/a/,
  );
  await assert.rejects(startNode(t, { id: "b", credentials }), /names .*\/a, not .*\/b/);
});

test("an address at which another node answers is named as wrong", async (t) => {
  const authority = await newAuthority();
  const host = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  const caller = await startNode(t, { id: "a", credentials: await newCredentials(authority, "a") });
  caller.transport.setPeers([memberAt("c", host.address)]);
  await says(caller, /node b answers at .*, where node c was looked for/);
});

test("of two processes with one id the first stays, and the second is told", async (t) => {
  const authority = await newAuthority();
  const host = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  const credentials = await newCredentials(authority, "a");
  const first = await startNode(t, { id: "a", credentials });
  const second = await startNode(t, { id: "a", credentials });
  first.transport.setPeers([memberAt("b", host.address)]);
  await first.until(() => first.facts.has("b"));
  const sentence = /two processes say that they are node a/;
  second.transport.setPeers([memberAt("b", host.address)]);
  await Promise.all([says(host, sentence), says(second, sentence)]);
  second.transport.send({ type: "heartbeat", from: "a", to: "b", term: 9, commitIndex: 1, round: 666 });
  first.transport.send({ type: "heartbeat", from: "a", to: "b", term: 1, commitIndex: 1, round: 1 });
  await host.until(() => host.heard.length > 0);
  assert.deepEqual(
    host.heard.map((message) => message.term),
    [1],
  );
  // Once the first has stopped, the second may take its place.
  await first.transport.close();
  await second.until(() => second.facts.has("b"));
});

test("a removed node is turned away everywhere, and may come back only when it is a member again", async (t) => {
  const authority = await newAuthority();
  const a = await startNode(t, { id: "a", credentials: await newCredentials(authority, "a") });
  const b = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  await introduce([a, b]);
  b.transport.setPeers([]);
  await a.until(() => a.unreachable.includes("b"));
  await says(a, /node b refuses this node: node a was removed from the cluster/);
  a.facts.clear();
  b.transport.setPeers([memberAt("a", a.address)]);
  await a.until(() => a.facts.has("b"));
});

test("a node that this one never knew is not heard while a member leads", async (t) => {
  const authority = await newAuthority();
  const [a, b, c] = await Promise.all(
    ["a", "b", "c"].map(async (id) => startNode(t, { id, credentials: await newCredentials(authority, id) })),
  );
  assert(a !== undefined && b !== undefined && c !== undefined);
  // `a` was removed while `b` was down: `b` starts with a membership without it, and has no leader yet.
  b.transport.setPeers([memberAt("c", c.address)]);
  c.transport.setPeers([memberAt("b", b.address)]);
  a.transport.setPeers([memberAt("b", b.address)]);
  await Promise.all([
    a.until(() => a.facts.has("b")),
    c.until(() => c.transport.links().get("b")?.isUp === true),
  ]);
  const heartbeat = { type: "heartbeat", to: "b", term: 7, commitIndex: 0, round: 1 } as const;
  c.transport.send({ ...heartbeat, from: "c" });
  await b.until(() => b.heard.length === 1);
  a.transport.send({ ...heartbeat, from: "a" });
  await says(a, /node b refuses this node: node a is no member of the cluster that node b belongs to/);
  assert.deepEqual(
    b.heard.map(({ from }) => from),
    ["c"],
  );
});

test("a node that is not known here may speak Raft, since it may lead by now, and nothing else", async (t) => {
  const authority = await newAuthority();
  const behind = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  const leader = await startNode(t, { id: "n", credentials: await newCredentials(authority, "n") });
  behind.transport.peers.answer("x", async () => "secret");
  leader.transport.setPeers([memberAt("b", behind.address)]);
  await leader.until(() => leader.facts.has("b"));
  leader.transport.send({ type: "heartbeat", from: "n", to: "b", term: 9, commitIndex: 1, round: 1 });
  await behind.until(() => behind.heard.length === 1);
  await assert.rejects(
    leader.transport.peers.ask("b", "x", null, { timeoutMs: 5_000 }),
    (error) => error instanceof Unavailable && /node n is no member/.test(error.message),
  );
  behind.transport.setPeers([memberAt("n", leader.address)]);
  assert.equal(await leader.transport.peers.ask("b", "x", null, { timeoutMs: 5_000 }), "secret");
});

test("without a certificate nothing is open but joining", async (t) => {
  const authority = await newAuthority();
  const host = await startNode(t, { id: "b", credentials: await newCredentials(authority, "b") });
  const session = await dial({
    address: host.address,
    authority: authority.certificate,
    own: null,
    expected: null,
    clock: systemClock,
    timeoutMs: 5_000,
  });
  t.after(() => session.destroy());
  const client = clientOn(session);
  const caller = { protocolVersion: messageVersion, clusterId, nodeId: "a", instanceId: "1" };
  const calls: [string, () => Promise<unknown>][] = [
    ["ask", () => client.ask(one({}))[Symbol.asyncIterator]().next()],
    ["getLeader", () => client.getLeader({ caller })],
    ["requestVote", () => client.requestVote({ caller, vote: { term: 1n } })],
    ["timeoutNow", () => client.timeoutNow({ caller, term: 1n })],
    ["snapshotOffset", () => client.snapshotOffset({ caller })],
    [
      "installSnapshot",
      () => client.installSnapshot(one({ frame: { case: "start" as const, value: { caller } } })),
    ],
    ["openBlob", () => client.openBlob({ caller, sha256: "0" })[Symbol.asyncIterator]().next()],
    ["appendEntries", () => client.appendEntries(one({}))[Symbol.asyncIterator]().next()],
  ];
  for (const [name, call] of calls)
    await assert.rejects(call(), (error) => /without a certificate/.test(sentenceOf(error)), name);
  assert.deepEqual(host.heard, []);
  await assert.rejects(client.join({ secret: "x".repeat(100_000) }), (error) =>
    /65536/.test(sentenceOf(error)),
  );
  await assert.rejects(client.join({ secret: "x" }), (error) =>
    /does not take newcomers yet/.test(sentenceOf(error)),
  );
});

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}
