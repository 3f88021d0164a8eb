/** Files of three nodes with folders of their own: on a quorum when it is said so, and back when they are lost. */
import assert from "node:assert/strict";
import { mkdtemp, open, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { Unavailable } from "#engines/errors.ts";
import { MemoryPeers } from "#engines/peer/testing/memory-peers.ts";
import { type LocalBlobs, openLocalBlobStore } from "../local/open.ts";
import { BlobError, type BlobStat } from "../port.ts";
import { openReplicatedBlobs } from "./open.ts";
import type { ReplicatedBlobs } from "./port.ts";

interface TestNode {
  readonly id: string;
  readonly local: LocalBlobs;
  readonly blobs: ReplicatedBlobs;
}

async function setUp(t: TestContext, ids: readonly string[] = ["a", "b", "c"], learners: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-replicated-"));
  const clock = new ManualClock();
  const peers = new MemoryPeers();
  const nodes: TestNode[] = [];
  const members = ids.map((id) => ({
    id,
    role: learners.includes(id) ? ("learner" as const) : ("voter" as const),
  }));
  for (const [index, id] of ids.entries()) {
    const random = seededRandom(index);
    const local = await openLocalBlobStore({ folder: join(folder, id), clock, random });
    const group = () => ({ selfId: id, nodes: members });
    nodes.push({ id, local, blobs: openReplicatedBlobs({ local, peers: peers.of(id), group }) });
  }
  t.after(async () => {
    for (const { local } of nodes) await local.close();
    await rm(folder, { recursive: true });
  });
  const [first, second, third] = nodes as [TestNode, TestNode, TestNode];
  return { clock, peers, nodes, first, second, third };
}

async function put({ blobs }: TestNode, content: Buffer | string): Promise<BlobStat & { uploadId: string }> {
  const bytes = Buffer.from(content);
  const wish = { owner: "person:ada", fileName: "a.txt", bytesExpected: bytes.length };
  const { id } = await blobs.store.beginUpload(wish);
  const { finished } = await blobs.store.appendToUpload(id, 0, Readable.from([bytes]));
  assert.ok(finished !== null);
  return { sha256: finished.sha256, bytes: finished.bytes, uploadId: id };
}

const holders = async (nodes: readonly TestNode[], { sha256 }: BlobStat) => {
  const held = await Promise.all(nodes.map(async ({ id, local }) => ((await local.stat(sha256)) ? id : "")));
  return held.filter((id) => id !== "");
};
const text = async ({ blobs }: TestNode, { sha256 }: BlobStat) =>
  (await buffer(await blobs.store.open(sha256))).toString();

/** Lets what goes on beside the test come to its end: files are written by real disks. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 2_000; looks++) {
    if (await isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail("it did not come to that");
}

async function damage({ local }: TestNode, { sha256 }: BlobStat): Promise<void> {
  const file = await open(await local.localPath(sha256), "r+");
  await file.write("X", 0);
  await file.close();
}

test("a file is on a quorum once that is said, and soon on every node", async (t) => {
  const { nodes, first } = await setUp(t);
  const blob = await put(first, "a worksheet");
  assert.deepEqual(await holders(nodes, blob), ["a"]);
  await first.blobs.ensure(blob);
  assert.ok((await holders(nodes, blob)).length >= 2);
  await until(async () => (await holders(nodes, blob)).length === 3);
});

test("one node that is away does not matter; with two away it is said on how many nodes the file is", async (t) => {
  const { peers, nodes, first } = await setUp(t);
  peers.cut("c");
  const blob = await put(first, "a worksheet");
  await first.blobs.ensure(blob);
  assert.deepEqual(await holders(nodes, blob), ["a", "b"]);
  peers.cut("b");
  const other = await put(first, "another");
  await assert.rejects(first.blobs.ensure(other), (error) => {
    assert(error instanceof Unavailable);
    assert.match(error.message, /on 1 of 3 nodes, and 2 must hold it/);
    return true;
  });
  peers.mend("b");
  await first.blobs.ensure(other);
});

test("a learner takes the file too, and does not count", async (t) => {
  const { peers, first } = await setUp(t, ["a", "b", "c", "d"], ["d"]);
  peers.cut("b");
  peers.cut("c");
  const blob = await put(first, "a worksheet");
  await assert.rejects(first.blobs.ensure(blob), /on 1 of 3 nodes/);
});

test("what is missing here comes from another node when somebody wants it", async (t) => {
  const { nodes, first, third } = await setUp(t);
  const blob = await put(first, "a worksheet");
  assert.deepEqual(await third.blobs.store.stat(blob.sha256), { sha256: blob.sha256, bytes: blob.bytes });
  assert.deepEqual(await holders(nodes, blob), ["a", "c"]);
  assert.equal(await text(third, blob), "a worksheet");
});

test("many who want one missing file cause one transfer", async (t) => {
  const { peers, first, second } = await setUp(t);
  const blob = await put(first, "a worksheet");
  const read = await Promise.all(Array.from({ length: 8 }, () => text(second, blob)));
  assert(read.every((each) => each === "a worksheet"));
  assert.equal(peers.asked.filter((each) => each.startsWith("b > a blob from")).length, 1);
});

test("a file that no node has is not there; while one that may have it is away, nobody can say", async (t) => {
  const { peers, first } = await setUp(t);
  const unknown = "0".repeat(64);
  assert.equal(await first.blobs.store.stat(unknown), null);
  peers.cut("b");
  await assert.rejects(first.blobs.store.stat(unknown), Unavailable);
  await assert.rejects(first.blobs.store.open("not a hash"), BlobError);
});

test("a transfer that breaks in the middle goes on at another node where it ended", async (t) => {
  const { peers, first, second, third } = await setUp(t);
  const content = Buffer.alloc(1_000_000, "x");
  const blob = await put(first, content);
  await second.blobs.store.stat(blob.sha256);
  peers.breakBlobAfter = 300_000;
  peers.asked.length = 0;
  assert.equal((await third.blobs.store.stat(blob.sha256))?.bytes, content.length);
  const transfers = peers.asked.filter((each) => each.includes("blob from"));
  assert.deepEqual(transfers, ["c > a blob from 0", "c > b blob from 300000"]);
  assert.equal(await text(third, blob), content.toString());
});

test("a damaged copy is not given whole, does not spread, and is replaced from a node that has it right", async (t) => {
  const { nodes, first, second, third } = await setUp(t);
  const blob = await put(first, "a worksheet");
  await second.blobs.store.stat(blob.sha256);
  await damage(first, blob);
  // The first that is asked gives wrong bytes: the third node takes the right ones from the second.
  assert.equal(await text(third, blob), "a worksheet");
  // The reading of the damaged one is what brought it back.
  await until(async () =>
    text(first, blob).then(
      (read) => read === "a worksheet",
      () => false,
    ),
  );
  assert.deepEqual(await holders(nodes, blob), ["a", "b", "c"]);
});

test("mending says whether there was anybody to mend from", async (t) => {
  const { peers, first, second } = await setUp(t);
  const blob = await put(first, "a worksheet");
  await second.blobs.store.stat(blob.sha256);
  await unlink(await first.local.localPath(blob.sha256));
  assert.equal(await first.blobs.store.mend(blob), true);
  assert.equal(await text(first, blob), "a worksheet");
  await damage(second, blob);
  await damage(first, blob);
  await assert.rejects(first.blobs.store.mend(blob), Unavailable);
  await second.local.remove(blob.sha256);
  assert.equal(await first.blobs.store.mend(blob), false);
  peers.cut("c");
  await assert.rejects(first.blobs.store.mend(blob), Unavailable);
});

test("an upload is found at the node that took it, by its owner only", async (t) => {
  const { peers, first, second, third } = await setUp(t);
  const blob = await put(first, "a worksheet");
  const found = await second.blobs.findUpload(blob.uploadId, "person:ada");
  assert.equal(found?.finished?.sha256, blob.sha256);
  assert.equal(await second.blobs.findUpload(blob.uploadId, "person:eve"), null);
  peers.cut("a");
  await assert.rejects(third.blobs.findUpload(blob.uploadId, "person:ada"), Unavailable);
});

test("what a quorum was just made sure of is not collected, however old the copies are", async (t) => {
  const { clock, nodes, first, second } = await setUp(t);
  const blob = await put(first, "a worksheet");
  await first.blobs.ensure(blob);
  await until(async () => (await holders(nodes, blob)).length === 3);
  clock.advance(30 * 3_600_000);
  const old = clock.now() - 3_600_000;
  await first.blobs.ensure(blob);
  await first.blobs.removeElsewhere([blob.sha256], old);
  await until(async () => !(await second.local.remove(blob.sha256, { storedBefore: old })));
  assert.equal((await holders(nodes, blob)).length, 3);
  clock.advance(30 * 3_600_000);
  await first.blobs.removeElsewhere([blob.sha256], clock.now());
  assert.deepEqual(await holders(nodes, blob), ["a"]);
});
