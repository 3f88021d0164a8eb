/** Snapshots on their way: whole, resumed after a break, and refused when a piece was damaged. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { systemClock } from "#base/clock.ts";
import { OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { SnapshotFile, TransportHandler } from "#engines/store/replica/transport.ts";
import type { SnapshotOffer } from "#raft/message.ts";
import { clientOn, sentenceOf } from "./client.ts";
import { wireSnapshotId } from "./codec.ts";
import { dial } from "./dial.ts";
import { callerOf } from "./handshake.ts";
import { clusterId, introduce, memberAt, newAuthority, newCredentials, startNode } from "./testing.ts";

const bytes = Buffer.alloc(3_000_000);
for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32BE((at * 2_654_435_761) >>> 0, at);
const sha256 = "ab".repeat(32);
const id = {
  index: 900,
  term: 4,
  configuration: { index: 7, members: [memberAt("a", "127.0.0.1:1"), memberAt("b", "127.0.0.1:2")] },
};
const offer: SnapshotOffer = { type: "snapshot-offer", from: "a", to: "b", term: 5, snapshot: id };

function fileOf(read: (offset: number) => Readable): SnapshotFile {
  return { id, bytes: bytes.length, sha256, read };
}

function readFrom(offset: number): Readable {
  return Readable.from([bytes.subarray(offset)], { objectMode: false });
}

/** Keeps what arrives, as the inbox of a member does; `breakAt` makes it fail there once. */
class Inbox {
  readonly kept: Uint8Array[] = [];
  readonly offsets: number[] = [];
  readonly offers: SnapshotOffer[] = [];
  breakAt = Number.POSITIVE_INFINITY;
  get size(): number {
    return this.kept.reduce((sum, piece) => sum + piece.length, 0);
  }
  readonly handler: Pick<TransportHandler, "snapshotOffset" | "receiveSnapshot"> = {
    snapshotOffset: async () => this.size,
    receiveSnapshot: async (incoming, file, offset, source) => {
      assert.deepEqual(file, { bytes: bytes.length, sha256 });
      this.offers.push(incoming);
      this.offsets.push(offset);
      for await (const piece of source) {
        if (this.size >= this.breakAt) {
          this.breakAt = Number.POSITIVE_INFINITY;
          throw new Error("the disk is busy");
        }
        this.kept.push(piece);
      }
    },
  };
}

async function startPair(t: Parameters<typeof startNode>[0], inbox: Inbox) {
  const authority = await newAuthority();
  const a = await startNode(t, { id: "a", credentials: await newCredentials(authority, "a") });
  const credentials = await newCredentials(authority, "b");
  const b = await startNode(t, { id: "b", credentials, handler: inbox.handler });
  await introduce([a, b]);
  return { a, b, authority };
}

test("a snapshot arrives whole, with what it stands for", async (t) => {
  const inbox = new Inbox();
  const { a } = await startPair(t, inbox);
  await a.transport.sendSnapshot(offer, fileOf(readFrom));
  assert(Buffer.concat(inbox.kept).equals(bytes));
  assert.deepEqual(inbox.offers, [offer]);
  assert(inbox.kept.every((piece) => piece.length <= 256 * 1024));
});

test("who stops while the other side is still putting the snapshot in its place does not wait for it", async (t) => {
  const inbox = new Inbox();
  const arrived = Promise.withResolvers<void>();
  const placed = Promise.withResolvers<void>();
  t.after(() => placed.resolve());
  const { receiveSnapshot } = inbox.handler;
  Object.assign(inbox.handler, {
    async receiveSnapshot(...given: Parameters<typeof receiveSnapshot>) {
      await receiveSnapshot(...given);
      arrived.resolve();
      await placed.promise;
    },
  });
  const { a } = await startPair(t, inbox);
  const sending = assert.rejects(a.transport.sendSnapshot(offer, fileOf(readFrom)), Unavailable);
  await arrived.promise;
  await a.transport.close();
  await sending;
});

test("after a break it goes on from what had arrived, and does not start over", async (t) => {
  const inbox = new Inbox();
  const { a } = await startPair(t, inbox);
  inbox.breakAt = 1_000_000;
  await a.transport.sendSnapshot(offer, fileOf(readFrom));
  assert(Buffer.concat(inbox.kept).equals(bytes));
  const [first, second = 0] = inbox.offsets;
  assert.deepEqual([first, second >= 1_000_000, inbox.offsets.length], [0, true, 2]);
});

test("one that gets nowhere is given up, with the receiver's reason", async (t) => {
  const inbox = new Inbox();
  const reason = "this machine's disk is full";
  inbox.handler.receiveSnapshot = async () => {
    throw new Error(reason);
  };
  const { a } = await startPair(t, inbox);
  await assert.rejects(
    a.transport.sendSnapshot(offer, fileOf(readFrom)),
    (error) => error instanceof Unavailable && error.message.endsWith(reason),
  );
});

test("a source that cannot be read fails the transfer, and the link stays up", async (t) => {
  const inbox = new Inbox();
  const { a } = await startPair(t, inbox);
  const broken = () =>
    new Readable({
      read() {
        this.destroy(new Error("bad sector"));
      },
    });
  await assert.rejects(a.transport.sendSnapshot(offer, fileOf(broken)), Unavailable);
  assert.equal(a.transport.links().get("b")?.isUp, true);
  assert.deepEqual(a.unreachable, []);
});

test("a receiver that dies halfway fails the transfer; one that nobody knows is not looked for", async (t) => {
  const inbox = new Inbox();
  inbox.handler.receiveSnapshot = () => b.transport.close();
  const { a, b } = await startPair(t, inbox);
  const failed = a.transport.sendSnapshot(offer, fileOf(readFrom));
  await assert.rejects(failed, (error) => error instanceof Unavailable && !(error instanceof OutcomeUnknown));
  await assert.rejects(
    a.transport.sendSnapshot({ ...offer, to: "x" }, fileOf(readFrom)),
    /node x is no member/,
  );
});

test("a damaged piece, or one out of its place, is refused before anything of it is kept", async (t) => {
  const inbox = new Inbox();
  const { b, authority } = await startPair(t, inbox);
  const own = await newCredentials(authority, "c");
  const session = await dial({
    address: b.address,
    authority: own.authority,
    own,
    expected: { clusterId, nodeId: "b" },
    clock: systemClock,
    timeoutMs: 5_000,
  });
  t.after(() => session.destroy());
  const caller = callerOf({ clusterId, nodeId: "c", instanceId: "1" });
  const snapshot = { term: 5n, id: wireSnapshotId(id), bytes: BigInt(bytes.length), sha256 };
  const good = bytes.subarray(0, 1_000);
  const damaged = Buffer.from(good);
  damaged.writeUInt8(damaged.readUInt8(500) ^ 1, 500);
  const send = (chunk: { offset: bigint; data: Buffer; crc32: number }) =>
    clientOn(session)
      .installSnapshot(
        (async function* () {
          yield { frame: { case: "start" as const, value: { caller, snapshot, offset: 0n } } };
          yield { frame: { case: "chunk" as const, value: { offset: 0n, data: good, crc32: crc32(good) } } };
          yield { frame: { case: "chunk" as const, value: chunk } };
        })(),
      )
      .then(() => "taken", sentenceOf);
  assert.match(
    await send({ offset: 1_000n, data: damaged, crc32: crc32(good) }),
    /piece at 1000 was damaged/,
  );
  assert.match(
    await send({ offset: 5_000n, data: good, crc32: crc32(good) }),
    /at 5000 came where 1000 must/,
  );
  assert.deepEqual(
    inbox.kept.map((piece) => Buffer.compare(piece, good)),
    [0, 0],
  );
});
