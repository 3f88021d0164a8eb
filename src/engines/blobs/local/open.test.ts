/** What a sender and a reader of files see of the local blob store. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { Unavailable } from "#engines/errors.ts";
import { BlobError, type BlobStore } from "../port.ts";
import { openLocalBlobStore } from "./open.ts";
import type { BlobLimits, BlobReport } from "./options.ts";

const mebibyte = 1024 * 1024;
const shaOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const isBlobError = (code: BlobError["code"]) => (error: unknown) =>
  error instanceof BlobError && error.code === code;

async function setUp(t: TestContext, limits: Partial<BlobLimits> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-blobs-"));
  const clock = new ManualClock();
  const reports: BlobReport[] = [];
  const start = () =>
    openLocalBlobStore({
      folder,
      clock,
      random: seededRandom(clock.now()),
      limits: { diskReserveBytes: 0, ...limits },
      report: (report) => reports.push(report),
    });
  const blobs = await start();
  t.after(async () => {
    await blobs.close();
    await rm(folder, { recursive: true });
  });
  return { folder, clock, reports, blobs, start };
}

async function put(blobs: BlobStore, bytes: Uint8Array, fileName = "a.bin") {
  const { id } = await blobs.beginUpload({ owner: "person:ada", fileName, bytesExpected: bytes.byteLength });
  const upload = await blobs.appendToUpload(id, 0, Readable.from([bytes]));
  assert.ok(upload.finished !== null);
  return { id, ...upload.finished };
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

test("a file larger than any buffer comes out as it went in, whole and in ranges", async (t) => {
  const { blobs } = await setUp(t);
  const piece = Buffer.from(seededRandom(1).bytes(mebibyte));
  const hash = createHash("sha256");
  const count = 70;
  async function* source() {
    for (let index = 0; index < count; index++) {
      const next = Buffer.from(piece);
      next.writeUInt32BE(index);
      hash.update(next);
      yield next;
    }
  }
  const { id } = await blobs.beginUpload({
    owner: "person:ada",
    fileName: "big",
    bytesExpected: count * mebibyte,
  });
  const { finished } = await blobs.appendToUpload(id, 0, source());
  const sha256 = hash.digest("hex");
  assert.deepEqual(finished, { sha256, bytes: count * mebibyte, mediaType: "application/octet-stream" });
  assert.equal(shaOf(await bytesOf(await blobs.open(sha256))), sha256);
  const range = await bytesOf(await blobs.open(sha256, { start: 69 * mebibyte, end: 69 * mebibyte + 3 }));
  assert.deepEqual([...range], [0, 0, 0, 69]);
});

test("a stream cut in the middle keeps what arrived, and a restarted server goes on from there", async (t) => {
  const { blobs, start } = await setUp(t);
  const bytes = Buffer.from(seededRandom(2).bytes(100_000));
  async function* cut() {
    yield bytes.subarray(0, 60_000);
    throw new Error("connection reset");
  }
  const { id } = await blobs.beginUpload({
    owner: "person:ada",
    fileName: "a",
    bytesExpected: bytes.byteLength,
  });
  await assert.rejects(blobs.appendToUpload(id, 0, cut()), /connection reset/);
  assert.equal((await blobs.upload(id))?.bytesReceived, 60_000);
  await blobs.close();
  const restarted = await start();
  assert.equal((await restarted.upload(id))?.bytesReceived, 60_000);
  await assert.rejects(
    restarted.appendToUpload(id, 100, Readable.from([bytes])),
    isBlobError("offset_mismatch"),
  );
  const { finished } = await restarted.appendToUpload(id, 60_000, Readable.from([bytes.subarray(60_000)]));
  assert.equal(finished?.sha256, shaOf(bytes));
  await restarted.close();
});

test("one sender at a time; the other is told", async (t) => {
  const { blobs } = await setUp(t);
  const gate = Promise.withResolvers<void>();
  async function* slow() {
    yield Buffer.from("ab");
    await gate.promise;
    yield Buffer.from("cd");
  }
  const { id } = await blobs.beginUpload({ owner: "person:ada", fileName: "a", bytesExpected: 4 });
  const first = blobs.appendToUpload(id, 0, slow());
  await assert.rejects(
    blobs.appendToUpload(id, 0, Readable.from([Buffer.from("abcd")])),
    isBlobError("busy"),
  );
  await assert.rejects(blobs.abandonUpload(id), isBlobError("busy"));
  gate.resolve();
  assert.equal((await first).finished?.sha256, shaOf(Buffer.from("abcd")));
});

test("a silent sender is given up, and what it sent is kept", async (t) => {
  const { blobs, clock } = await setUp(t, { silenceMsMax: 1_000 });
  const silent = Promise.withResolvers<void>();
  async function* source() {
    yield Buffer.from("ab");
    silent.resolve();
    await new Promise<never>(() => {});
  }
  const { id } = await blobs.beginUpload({ owner: "person:ada", fileName: "a", bytesExpected: 4 });
  const appending = blobs.appendToUpload(id, 0, source());
  await silent.promise;
  clock.advance(1_000);
  await assert.rejects(appending, Unavailable);
  assert.equal((await blobs.upload(id))?.bytesReceived, 2);
});

test("too much is refused: over the limit, over what was announced, too many at once, no room", async (t) => {
  const { blobs } = await setUp(t, { fileBytesMax: 10, unfinishedPerOwnerMax: 2 });
  const wish = { owner: "person:ada", fileName: "a" };
  await assert.rejects(blobs.beginUpload({ ...wish, bytesExpected: 11 }), isBlobError("too_large"));
  const open = await blobs.beginUpload({ ...wish, bytesExpected: null });
  await assert.rejects(
    blobs.appendToUpload(open.id, 0, Readable.from([Buffer.alloc(11)])),
    isBlobError("too_large"),
  );
  const announced = await blobs.beginUpload({ ...wish, bytesExpected: 3 });
  const source = Readable.from([Buffer.alloc(2), Buffer.alloc(2)]);
  await assert.rejects(blobs.appendToUpload(announced.id, 0, source), isBlobError("too_large"));
  assert.equal((await blobs.upload(announced.id))?.bytesReceived, 2);
  await assert.rejects(blobs.beginUpload({ ...wish, bytesExpected: 1 }), isBlobError("too_many"));
  await blobs.beginUpload({ ...wish, owner: "person:eve", bytesExpected: 1 });
  await blobs.abandonUpload(announced.id);
  await blobs.beginUpload({ ...wish, bytesExpected: 1 });
  const { blobs: crowded } = await setUp(t, { diskReserveBytes: Number.MAX_SAFE_INTEGER });
  await assert.rejects(crowded.beginUpload({ ...wish, bytesExpected: 1 }), Unavailable);
});

test("finishing says what is missing, and twice gives the same answer", async (t) => {
  const { blobs } = await setUp(t);
  const { id } = await blobs.beginUpload({ owner: "person:ada", fileName: "a", bytesExpected: 4 });
  await blobs.appendToUpload(id, 0, Readable.from([Buffer.from("ab")]));
  await assert.rejects(blobs.finishUpload(id), /Only 2 of 4 bytes/);
  const { finished } = await blobs.appendToUpload(id, 2, Readable.from([Buffer.from("cd")]));
  assert.deepEqual((await blobs.finishUpload(id)).finished, finished);
  await assert.rejects(blobs.appendToUpload(id, 4, Readable.from([])), isBlobError("finished"));
  const empty = await blobs.beginUpload({ owner: "person:ada", fileName: "a", bytesExpected: 0 });
  assert.equal(empty.finished?.sha256, shaOf(Buffer.alloc(0)));
  assert.equal((await bytesOf(await blobs.open(shaOf(Buffer.alloc(0))))).byteLength, 0);
});

test("rotten bytes are never given complete, are reported, and are mended when the file is sent again", async (t) => {
  const { blobs, reports } = await setUp(t);
  const bytes = Buffer.from(seededRandom(3).bytes(600_000));
  const { sha256 } = await put(blobs, bytes);
  const handle = await open(await blobs.localPath(sha256), "r+");
  await handle.write(Buffer.from("rot"), 0, 3, 300_000);
  await handle.close();
  let seen = 0;
  const reading = async () => {
    for await (const part of await blobs.open(sha256)) seen += (part as Buffer).byteLength;
  };
  await assert.rejects(reading, isBlobError("damaged"));
  assert.ok(seen < bytes.byteLength);
  assert.deepEqual(reports, [{ kind: "damaged", sha256 }]);
  await put(blobs, bytes);
  assert.ok((await bytesOf(await blobs.open(sha256))).equals(bytes));
});

test("the same bytes are kept once, count as stored when they last came, and are removed only when old", async (t) => {
  const { blobs, clock } = await setUp(t);
  const bytes = Buffer.from("the same");
  const { sha256 } = await put(blobs, bytes);
  const decidedAt = clock.now() + 1;
  clock.advance(5_000);
  await put(blobs, bytes);
  const all: unknown[] = [];
  for await (const each of blobs.list()) all.push(each);
  assert.deepEqual(all, [{ sha256, bytes: bytes.byteLength, storedAt: clock.now() }]);
  assert.equal(await blobs.remove(sha256, { storedBefore: decidedAt }), false);
  assert.equal(await blobs.remove(sha256), true);
  assert.equal(await blobs.stat(sha256), null);
  await assert.rejects(blobs.open(sha256), isBlobError("not_found"));
  assert.equal(await blobs.remove(sha256), false);
});

test("an upload expires a day after the last thing that happened to it", async (t) => {
  const { blobs, clock } = await setUp(t, { uploadLifetimeMs: 1_000 });
  const { id } = await blobs.beginUpload({ owner: "person:ada", fileName: "a", bytesExpected: 4 });
  clock.advance(900);
  await blobs.appendToUpload(id, 0, Readable.from([Buffer.from("ab")]));
  clock.advance(900);
  assert.equal(await blobs.expireUploads(), 0);
  clock.advance(100);
  assert.equal(await blobs.upload(id), null);
  await assert.rejects(blobs.appendToUpload(id, 2, Readable.from([])), isBlobError("not_found"));
  assert.equal(await blobs.expireUploads(), 1);
});

test("names from outside never reach the file system", async (t) => {
  const { blobs } = await setUp(t);
  for (const name of ["../../etc/passwd", "..", "a/../b", `${"a".repeat(63)}/`]) {
    assert.equal(await blobs.upload(name), null);
    assert.equal(await blobs.stat(name), null);
    await assert.rejects(blobs.open(name), isBlobError("not_found"));
    assert.equal(await blobs.remove(name), false);
  }
  const { id } = await blobs.beginUpload({
    owner: "p",
    fileName: "../..\\x/\u202Efdp.exe\n",
    bytesExpected: 1,
  });
  assert.equal((await blobs.upload(id))?.fileName, "fdp.exe");
});
