/** Questions and files between nodes: what the asker is told when the other side cannot, will not, or falls silent. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import { systemClock } from "#base/clock.ts";
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import { clientOn } from "./client.ts";
import { memberOf } from "./codec.ts";
import { dial } from "./dial.ts";
import { callerOf } from "./handshake.ts";
import {
  clusterId,
  hastyTiming,
  memberAt,
  newAuthority,
  newCredentials,
  startCluster,
  startNode,
  type TestNode,
  wireTo,
} from "./testing.ts";

const limits = { timeoutMs: 20_000 };

async function startPair(t: Parameters<typeof startCluster>[0]): Promise<readonly [TestNode, TestNode]> {
  const [a, b] = await startCluster(t, ["a", "b"]);
  assert(a !== undefined && b !== undefined);
  return [a, b];
}

/** That something was certainly not done is no `OutcomeUnknown`, which is an `Unavailable` too. */
function isCertain(error: unknown): error is Unavailable {
  return error instanceof Unavailable && !(error instanceof OutcomeUnknown);
}

test("both ends may ask, the answerer knows who asks, and what is large passes too", async (t) => {
  const [a, b] = await startPair(t);
  a.transport.peers.answer("length", async (body, from) => ({ from, length: String(body).length }));
  b.transport.peers.answer("double", async (body, from) => ({ from, twice: [body, body] }));
  const text = "ä".repeat(3_000_000);
  assert.deepEqual(await b.transport.peers.ask("a", "length", text, limits), {
    from: "b",
    length: 3_000_000,
  });
  assert.deepEqual(await a.transport.peers.ask("b", "double", { x: null }, limits), {
    from: "a",
    twice: [{ x: null }, { x: null }],
  });
});

test("what the answerer throws reaches the asker as what it is", async (t) => {
  const [a, b] = await startPair(t);
  const errors: Record<string, Error> = {
    leader: new NotLeader("c", { retryAfterMs: 7 }),
    nobody: new NotLeader(null),
    unknown: new OutcomeUnknown("leadership was lost", { retryAfterMs: 9 }),
    busy: new Unavailable("too many commands wait", { retryAfterMs: 11 }),
    bug: new TypeError("x is undefined"),
  };
  b.transport.peers.answer("fail", async (body) => {
    throw errors[String(body)] ?? new Error("no such error");
  });
  const failure = async (name: string) =>
    a.transport.peers.ask("b", "fail", name, limits).catch((error: unknown) => error);
  const leader = await failure("leader");
  assert(leader instanceof NotLeader);
  assert.deepEqual([leader.leaderId, leader.retryAfterMs], ["c", 7]);
  const nobody = await failure("nobody");
  assert(nobody instanceof NotLeader);
  assert.equal(nobody.leaderId, null);
  const unknown = await failure("unknown");
  assert(unknown instanceof OutcomeUnknown);
  assert.deepEqual([unknown.message, unknown.retryAfterMs], ["leadership was lost", 9]);
  const busy = await failure("busy");
  assert(isCertain(busy));
  assert.deepEqual([busy.message, busy.retryAfterMs], ["too many commands wait", 11]);
  const bug = await failure("bug");
  assert(isCertain(bug));
  assert.equal(bug.message, "x is undefined");
});

test("a question that was certainly not taken is Unavailable", async (t) => {
  const [a, b] = await startPair(t);
  await assert.rejects(a.transport.peers.ask("nobody", "x", 1, limits), isCertain);
  await assert.rejects(a.transport.peers.ask("b", "unheard of", 1, limits), isCertain);
  const withdrawn = { ...limits, signal: AbortSignal.abort() };
  await assert.rejects(a.transport.peers.ask("b", "x", 1, withdrawn), isCertain);
  await b.transport.close();
  await a.until(() => a.unreachable.includes("b"));
  await assert.rejects(a.transport.peers.ask("b", "x", 1, limits), isCertain);
});

test("a question whose answer does not come is OutcomeUnknown: time ran out, it was withdrawn, or the peer died", async (t) => {
  const [a, b] = await startPair(t);
  let taken = 0;
  const asked: (() => void)[] = [];
  b.transport.peers.answer("silence", () => {
    taken++;
    asked.shift()?.();
    return new Promise(() => {});
  });
  const isTaken = () => new Promise<void>((resolve) => asked.push(resolve));
  await assert.rejects(a.transport.peers.ask("b", "silence", 1, { timeoutMs: 50 }), OutcomeUnknown);
  const withdrawing = new AbortController();
  const second = isTaken();
  const withdrawn = a.transport.peers.ask("b", "silence", 1, { ...limits, signal: withdrawing.signal });
  await Promise.all([assert.rejects(withdrawn, OutcomeUnknown), second.then(() => withdrawing.abort())]);
  const third = isTaken();
  const orphaned = a.transport.peers.ask("b", "silence", 1, limits);
  await Promise.all([assert.rejects(orphaned, OutcomeUnknown), third.then(() => b.transport.close())]);
  assert.equal(taken, 3);
});

test("a question over a link that swallows everything ends with the link, long before its own time", async (t) => {
  const authority = await newAuthority();
  const a = await startNode(t, {
    id: "a",
    credentials: await newCredentials(authority, "a"),
    timing: hastyTiming,
  });
  const b = await startNode(t, {
    id: "b",
    credentials: await newCredentials(authority, "b"),
    timing: hastyTiming,
  });
  const wire = await wireTo(t, b.address);
  b.transport.setPeers([memberAt("a", a.address)]);
  a.transport.setPeers([memberAt("b", wire.address)]);
  await a.until(() => a.transport.links().get("b")?.isUp === true);
  await a.until(() => a.said.some((line) => line.startsWith("linked")));
  wire.swallow("both");
  await assert.rejects(a.transport.peers.ask("b", "x", 1, { timeoutMs: 3_600_000 }), OutcomeUnknown);
});

test("a file comes whole, from any offset on; one that is not there is null", async (t) => {
  const [a, b] = await startPair(t);
  const file = Buffer.alloc(3_000_001, "0123456789");
  b.transport.peers.serveBlobs(async (sha256, offset) =>
    sha256 === "known" ? Readable.from([file.subarray(offset)], { objectMode: false }) : null,
  );
  const { openBlob } = a.transport.peers;
  assert.equal(await openBlob("b", "other", 0), null);
  for (const offset of [0, 1_234_567, file.length]) {
    const read = await openBlob("b", "known", offset);
    assert(read !== null);
    assert.deepEqual(Buffer.concat(await read.toArray()), file.subarray(offset));
  }
  await assert.rejects(openBlob("nobody", "known", 0), isCertain);
});

test("a file that breaks off at its source fails at the reader, who is not left waiting", async (t) => {
  const [a, b] = await startPair(t);
  b.transport.peers.serveBlobs(async () =>
    Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000);
        throw new Error("the disk does not answer");
      })(),
      { objectMode: false },
    ),
  );
  const file = await a.transport.peers.openBlob("b", "x", 0);
  assert(file !== null);
  await assert.rejects(
    file.toArray(),
    (error) => error instanceof Unavailable && /the disk does not/.test(error.message),
  );
});

test("a large file goes no faster than its reader, in memory that does not grow with it", async (t) => {
  const [a, b] = await startPair(t);
  const pieces = 512;
  const piece = Buffer.alloc(128 * 1024, "x");
  let served = 0;
  let ahead = 0;
  let taken = 0;
  b.transport.peers.serveBlobs(async () =>
    Readable.from(
      (function* () {
        for (let index = 0; index < pieces; index++) {
          served += piece.length;
          ahead = Math.max(ahead, served - taken);
          yield piece;
        }
      })(),
      { objectMode: false },
    ),
  );
  const file = await a.transport.peers.openBlob("b", "x", 0);
  assert(file !== null);
  const hash = createHash("sha256");
  for await (const chunk of file) {
    taken += chunk.length;
    hash.update(chunk);
    await new Promise(setImmediate);
  }
  assert.equal(taken, pieces * piece.length);
  // 64 MiB passed; what was under way at any time is the stream's window and what stands in buffers.
  assert(ahead < 24 * 1024 * 1024, `${ahead} bytes were ahead of the reader`);
});

test("a reader that leaves ends the file at its source", async (t) => {
  const [a, b] = await startPair(t);
  const closed = Promise.withResolvers<void>();
  b.transport.peers.serveBlobs(async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    endless.once("close", closed.resolve);
    return endless;
  });
  const file = await a.transport.peers.openBlob("b", "x", 0);
  assert(file !== null);
  file.destroy();
  await closed.promise;
});

test("heartbeats pass while a file that nobody reads fills its window", async (t) => {
  const [a, b] = await startPair(t);
  b.transport.peers.serveBlobs(
    async () =>
      new Readable({
        read() {
          this.push(Buffer.alloc(256 * 1024));
        },
      }),
  );
  const files = await Promise.all([1, 2, 3].map(() => a.transport.peers.openBlob("b", "x", 0)));
  for (let round = 1; round <= 100; round++)
    b.transport.send({ type: "heartbeat", from: "b", to: "a", term: 1, commitIndex: 0, round });
  await a.until(() => a.heard.length === 100);
  for (const file of files) file?.destroy();
  assert.deepEqual(a.unreachable, []);
});

test("each node tells its peers who leads and where everybody is", async (t) => {
  const authority = await newAuthority();
  const members = [memberAt("a", "127.0.0.1:1"), memberAt("b", "127.0.0.1:2")];
  const b = await startNode(t, {
    id: "b",
    credentials: await newCredentials(authority, "b"),
    leader: () => ({ leaderId: "a", members }),
  });
  b.transport.setPeers(members);
  const own = await newCredentials(authority, "a");
  const session = await dial({
    address: b.address,
    authority: own.authority,
    own,
    expected: { clusterId, nodeId: "b" },
    clock: systemClock,
    timeoutMs: 5_000,
  });
  t.after(() => session.destroy());
  const caller = callerOf({ clusterId, nodeId: "a", instanceId: "1" });
  const told = await clientOn(session).getLeader({ caller });
  assert.equal(told.leaderId, "a");
  assert.deepEqual(told.members.map(memberOf), members);
});
