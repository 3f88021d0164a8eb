/** What every node does for its own folder: fetch what it lacks, mend what rotted, delete what nobody needs. */
import assert from "node:assert/strict";
import { open, readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { ManualClock, systemClock } from "#base/clock.ts";
import { blobGraceMs, heldBlobs } from "./blob-holds.ts";
import { orphanAgeMs } from "./collector.ts";
import { keepFilesSchedule, keepFilesSoonMs } from "./keep-files.ts";
import { openKernelGroup } from "./testing/kernel-group.ts";

const ids = ["a", "b", "c"];
const startedAt = Date.UTC(2026, 0, 1);

async function setUp(t: TestContext) {
  const nodes = await openKernelGroup(t, { slices: [], ids, clock: new ManualClock(startedAt) });
  const { at, store } = nodes;
  const put = async (id: string, text: string) => {
    const { blobs } = at(id).services;
    const bytes = Buffer.from(text);
    const wish = { owner: "person:ada", fileName: "a.txt", bytesExpected: bytes.length };
    const upload = await blobs.beginUpload(wish);
    const { finished } = await blobs.appendToUpload(upload.id, 0, Readable.from([bytes]));
    return finished ?? assert.fail();
  };
  const hold = (blob: { sha256: string; bytes: number }, holder: string, now: number) =>
    store.write(({ database }) => heldBlobs(database, now).hold(blob, holder));
  const release = (sha256: string, holder: string, now: number) =>
    store.write(({ database }) => heldBlobs(database, now).release(sha256, holder));
  const holders = async (sha256: string) => {
    const held: string[] = [];
    for (const id of ids)
      for await (const blob of at(id).services.blobs.list()) if (blob.sha256 === sha256) held.push(id);
    return held;
  };
  return { ...nodes, put, hold, release, holders };
}

test("a node that was away when a file came fetches it, and others that nobody asked it for", async (t) => {
  const { at, put, hold, holders } = await setUp(t);
  const blobs = [await put("a", "one"), await put("a", "two"), await put("b", "three")];
  for (const blob of blobs) await hold(blob, "test:1", 0);
  const unwanted = await put("a", "nobody refers to this");
  await at("c").settle();
  for (const { sha256 } of blobs) assert((await holders(sha256)).includes("c"));
  assert.deepEqual(await holders(unwanted.sha256), ["a"]);
});

test("a node that has not heard of any file, or was not given one, looks again soon and not after the usual rest", async (t) => {
  const { at, peers, put, hold, holders } = await setUp(t);
  const { store, services } = at("c");
  // The link rests after a slow look, by a clock that must not stand still here.
  const { run } = keepFilesSchedule({ store, blobs: services.blobs, clock: systemClock });
  assert.equal(await run(0), keepFilesSoonMs);
  const blob = await put("a", "a worksheet");
  await hold(blob, "test:1", 0);
  peers.cut("c");
  assert.equal(await run(0), keepFilesSoonMs);
  peers.mend("c");
  assert.equal(await run(0), false);
  assert((await holders(blob.sha256)).includes("c"));
});

test("a file that rotted at one node is mended from another on the next round", async (t) => {
  const { at, put, hold, logged } = await setUp(t);
  const blob = await put("a", "a worksheet");
  await hold(blob, "test:1", 0);
  await at("b").settle();
  const path = await at("b").services.blobs.localPath(blob.sha256);
  const file = await open(path, "r+");
  await file.write("X", 0);
  await file.close();
  await at("b").settle();
  assert.equal(await readFile(path, "utf8"), "a worksheet");
  assert(!logged.some((line) => line.includes("in use is")), "nobody needs to be told to look for a backup");
});

test("a file that nobody refers to any more goes from every node, at once or when it is back", async (t) => {
  const { at, peers, put, hold, release, holders, advance } = await setUp(t);
  const blob = await put("a", "a worksheet");
  await hold(blob, "test:1", 0);
  for (const id of ["b", "c"]) await at(id).settle();
  assert.deepEqual(await holders(blob.sha256), ids);
  await release(blob.sha256, "test:1", startedAt);
  peers.cut("c");
  advance(blobGraceMs + orphanAgeMs);
  await at("a").settle();
  assert.deepEqual(await holders(blob.sha256), ["c"]);
  peers.mend("c");
  await at("c").settle();
  assert.deepEqual(await holders(blob.sha256), []);
});
